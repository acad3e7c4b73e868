import { availableParallelism } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { startFilter } from '../../host/exec.js';
import type { Compressor, Sink } from '../compressor.js';
import { rawFrame } from './zstd-frame.js';

/** Threads for the work. The bytes are the same with any number of them; each needs tens of megabytes. */
const THREADS = Math.min(4, availableParallelism());

/** How zstd is run. */
export const ZSTD = ['-q', '-3', `-T${THREADS}`, '-c'] as const;

/** Bytes for which no program is started: headers and manifests between layers. */
const FEW = 128 * 1024;

/** What the program gives is passed on so many bytes at a time: each piece is hashed and written. */
const PIECE = 512 * 1024;

/**
 * Frames of Zstandard, one after the other (RFC 8878, 3.1): those of the program `zstd` for what can be made smaller, and raw ones for what
 * is packed already and for what is little. Which it is depends on the chunks alone, so that the same ones give the same bytes.
 */
export function zstdTo(sink: Sink, signal: AbortSignal): Compressor {
  let few = Buffer.alloc(0);
  let program: Program | undefined;

  async function finishPlain(): Promise<void> {
    if (few.length > 0) await sink(rawFrame(few));
    few = Buffer.alloc(0);
    await program?.end();
    program = undefined;
  }

  return {
    async write(chunk, packed) {
      if (chunk.length === 0) return;
      if (packed) {
        await finishPlain();
        await sink(rawFrame(chunk));
      } else if (program !== undefined) await program.write(chunk);
      else if (few.length + chunk.length <= FEW) few = Buffer.concat([few, chunk]);
      else {
        program = await startProgram(sink, signal);
        await program.write(few);
        few = Buffer.alloc(0);
        await program.write(chunk);
      }
    },
    end: finishPlain,
    destroy: () => program?.destroy(),
  };
}

type Program = Omit<Compressor, 'write'> & { write(chunk: Buffer): Promise<void> };

async function startProgram(sink: Sink, signal: AbortSignal): Promise<Program> {
  const { input, output, ended } = await startFilter('zstd', ZSTD, signal);
  const drained = drain(output, sink).then(() => ended);
  // Seen by who writes next, or ends it.
  drained.catch(() => undefined);
  // A program that ends early breaks the pipe; its own error says why.
  input.on('error', () => undefined);
  return {
    write: (chunk) => orFailureOf(drained, () => writeTo(input, chunk)),
    async end() {
      input.end();
      await drained;
    },
    destroy() {
      input.destroy();
      output.destroy();
    },
  };
}

async function drain(stream: Readable, sink: Sink): Promise<void> {
  const piece = Buffer.allocUnsafe(PIECE);
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (length + chunk.length > PIECE) {
      await sink(piece.subarray(0, length));
      length = 0;
    }
    if (chunk.length > PIECE) await sink(chunk);
    else length += chunk.copy(piece, length);
  }
  if (length > 0) await sink(piece.subarray(0, length));
}

/** When writing fails because the other end failed, that one's error is thrown. */
async function orFailureOf(drained: Promise<void>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await drained;
    throw error;
  }
}

async function writeTo(stream: Writable, chunk: Buffer): Promise<void> {
  if (stream.destroyed) throw new Error('the stream was closed');
  await new Promise<void>((resolve, reject) => {
    stream.write(chunk, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}

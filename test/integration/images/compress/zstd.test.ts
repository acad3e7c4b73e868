import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { type Compressor, createCompressor, type Sink } from '#src/images/compressor.js';
import { randomBytesOf } from '../../../parts/layers.js';
import { lacking } from '../../../parts/needs.js';

const SIGNAL = new AbortController().signal;
const TEXT = Buffer.alloc(700_000, 'some text that is repeated ');
const NOISE = randomBytesOf('noise', 1_500_000);
const FEW = Buffer.from('{"schemaVersion":2}\n');

type Chunks = readonly (readonly [chunk: Buffer, packed: boolean])[];

async function zstd(chunks: Chunks, signal = SIGNAL): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const sink: Sink = async (piece) => void pieces.push(Buffer.from(piece));
  await write(await createCompressor('zstd', sink, signal), chunks);
  return Buffer.concat(pieces);
}

async function write(compressor: Compressor, chunks: Chunks): Promise<void> {
  try {
    for (const [chunk, packed] of chunks) await compressor.write(chunk, packed);
    await compressor.end();
  } finally {
    compressor.destroy();
  }
}

function unpacked(bytes: Buffer): Buffer {
  const { status, stdout, stderr } = spawnSync('zstd', ['-dc'], { input: bytes, maxBuffer: 64e6 });
  assert.equal(status, 0, String(stderr));
  return stdout;
}

/** Runs a test where no program is found. */
async function withoutPrograms<T>(body: () => Promise<T>): Promise<T> {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    return await body();
  } finally {
    process.env['PATH'] = path;
  }
}

describe('zstd of an archive', { skip: lacking({ programs: ['zstd'] }) }, () => {
  it('unpacks to what was written, in whatever order packed, plain and little stand', async () => {
    const chunks: Chunks = [
      [FEW, false],
      [NOISE, true],
      [FEW, false],
      [TEXT, false],
      [TEXT, false],
      [Buffer.alloc(0), true],
      [NOISE, true],
      [NOISE, true],
      [TEXT, false],
      [FEW, false],
    ];
    const packed = await zstd(chunks);
    assert.ok(unpacked(packed).equals(Buffer.concat(chunks.map(([chunk]) => chunk))));
    assert.ok(packed.length < 3 * NOISE.length + 10_000, `${packed.length} bytes`);
    assert.ok(packed.equals(await zstd(chunks)), 'the same bytes again');
  });

  it('holds whatever comes in many small chunks', async () => {
    const chunks: Chunks = Array.from({ length: 3000 }, (_, i) => [randomBytesOf(`${i}`, i % 400), false]);
    assert.ok(unpacked(await zstd(chunks)).equals(Buffer.concat(chunks.map(([chunk]) => chunk))));
  });

  it('needs the program for nothing that is packed or little', async () => {
    const chunks: Chunks = [
      [FEW, false],
      [NOISE, true],
      [FEW, false],
    ];
    const packed = await withoutPrograms(() => zstd(chunks));
    assert.ok(unpacked(packed).equals(Buffer.concat([FEW, NOISE, FEW])));
  });

  it('says what is missing where it needs it', async () => {
    await withoutPrograms(() =>
      assert.rejects(zstd([[TEXT, false]]), { code: 'COMMAND_FAILED', message: 'zstd is not installed' }),
    );
  });

  it('ends with the error of where it goes', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const compressor = await createCompressor('zstd', () => Promise.reject(full), SIGNAL);
    const chunks: Chunks = Array.from({ length: 20 }, () => [randomBytesOf('plain noise', 1_000_000), false]);
    await assert.rejects(write(compressor, chunks), full);
  });

  it('ends when it is told to', async () => {
    const controller = new AbortController();
    const sink: Sink = async () => controller.abort();
    const compressor = await createCompressor('zstd', sink, controller.signal);
    const chunks: Chunks = Array.from({ length: 200 }, () => [
      randomBytesOf('plain noise', 1_000_000),
      false,
    ]);
    await assert.rejects(write(compressor, chunks));
  });
});

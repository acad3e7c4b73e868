import type { Descriptor } from '../oci/manifest.js';
import { MirrorRequestError } from './mirror-errors.js';
import { broken, chunksOf, headerOf, type MirrorHttp } from './mirror-http.js';
import { type WireName, wirePath } from './wire-name.js';

/** Blobs up to so many bytes are simply read. */
const SMALL = 256 * 1024;
/** Bytes between two of the bytes that are asked for; the mirror fetches what is 16 MiB ahead of a transfer by itself. */
const SHORTEST_STEP = 512 * 1024;
const LONGEST_STEP = 4 * 1024 * 1024;
const STEPS = 64;

/**
 * Has the mirror fetch a blob, without having it send what it fetched: of a large one only some bytes are asked for, one after the other
 * and the last one last. They come when the mirror's transfer gets there, and the last one comes when it has verified the digest. A copy of another
 * size than it should have is read as a whole: so the mirror notices what is damaged, puts it aside, and fetches it the next time.
 * @param onBytes told of bytes as the transfer passes them
 * @throws MirrorRequestError, or the signal's reason
 */
export async function fetchBlob(
  http: MirrorHttp,
  name: WireName,
  blob: Descriptor,
  onBytes: (count: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const path = wirePath(name, 'blobs', blob.digest);
  if (blob.size <= SMALL) return await readWhole(http, path, blob, onBytes, signal);
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const stops = stopsOf(blob.size);
  let passed = 0;
  // Two at a time, so that the mirror always sees somebody who waits for the blob.
  let ahead = passing(http, path, blob, stops[0] ?? 0, both);
  try {
    for (const [index, stop] of stops.entries()) {
      const current = ahead;
      const next = stops[index + 1];
      if (next !== undefined) ahead = passing(http, path, blob, next, both);
      const answer = await current;
      if (answer === 'whole') return onBytes(blob.size - passed);
      onBytes(stop + 1 - passed);
      passed = stop + 1;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    over.abort();
  }
}

/** The positions of the bytes that are asked for; the last one is that of the blob's last byte. */
export function stopsOf(size: number): number[] {
  const step = Math.min(Math.max(Math.ceil(size / STEPS), SHORTEST_STEP), LONGEST_STEP);
  const stops: number[] = [];
  for (let at = step - 1; at < size - 1; at += step) stops.push(at);
  return [...stops, size - 1];
}

/** Resolves when the transfer has passed a byte; `whole` when the mirror, which knew no size, sent everything. */
function passing(
  http: MirrorHttp,
  path: string,
  blob: Descriptor,
  at: number,
  signal: AbortSignal,
): Promise<'byte' | 'whole'> {
  const passed = (async () => {
    const range = `bytes=${at}-${at}`;
    const answer = await http.get(path, { accept: '*/*', range }, [200, 206, 416], signal);
    const total = /\/(\d+)$/.exec(headerOf(answer, 'content-range') ?? '')?.[1];
    let length = 0;
    for await (const chunk of chunksOf(answer, signal)) length += chunk.length;
    if (answer.statusCode === 200) {
      refuseOther(blob, length);
      return 'whole';
    }
    if (total !== undefined && Number(total) !== blob.size) {
      await readWhole(http, path, blob, () => undefined, signal);
    }
    if (answer.statusCode !== 206 || length !== 1)
      throw broken(`the mirror broke off while it fetched ${blob.digest}`);
    return 'byte';
  })();
  // Who waits for the one before may give up first.
  passed.catch(() => undefined);
  return passed;
}

async function readWhole(
  http: MirrorHttp,
  path: string,
  blob: Descriptor,
  onBytes: (count: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const answer = await http.get(path, { accept: '*/*' }, [200], signal);
  let length = 0;
  for await (const chunk of chunksOf(answer, signal)) {
    length += chunk.length;
    onBytes(chunk.length);
  }
  refuseOther(blob, length);
}

function refuseOther({ digest, size }: Descriptor, length: number): void {
  if (length === size) return;
  throw new MirrorRequestError(`${digest} has ${length} bytes, and its manifest says ${size}`, undefined);
}

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type Digest, parseDigest } from '#src/oci/digest.js';
import type { BlobHandle, Incoming, Store } from '#src/store/port.js';

/** A store under test and what belongs to it. */
export interface Subject {
  readonly store: Store;
  /** Closes the store and opens another one on the same contents, as a restart does. */
  reopen(): Promise<Store>;
  /** Closes and removes everything. */
  destroy(): Promise<void>;
}

export type MakeStore = () => Promise<Subject>;

/** Runs a test body with a fresh store, which is gone afterwards even when the body fails. */
export function withStore(
  makeStore: MakeStore,
  body: (store: Store, subject: Subject) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const subject = await makeStore();
    try {
      await body(subject.store, subject);
    } finally {
      await subject.destroy();
    }
  };
}

export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): Digest {
  return parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}

/** Bytes that look random and are the same every time. */
export function someBytes(length: number, seed = 'seed'): Buffer {
  const block = createHash('sha512').update(seed).digest();
  const bytes = Buffer.alloc(length, block);
  for (let position = 0; position + 4 <= length; position += 64) bytes.writeUInt32LE(position, position);
  return bytes;
}

export function text(content: string): { bytes: Buffer; digest: Digest } {
  const bytes = Buffer.from(content);
  return { bytes, digest: digestOf(bytes) };
}

/** Reads everything in small pieces. */
export async function readAll(source: BlobHandle | Incoming, piece = 1000): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const buffer = Buffer.alloc(piece);
  for (let position = 0; ; ) {
    const length = await source.read(buffer, position);
    if (length === 0) return Buffer.concat(pieces);
    pieces.push(Buffer.from(buffer.subarray(0, length)));
    position += length;
  }
}

/** The content of a visible blob, undefined when there is none. */
export async function blobContent(store: Store, digest: Digest): Promise<Buffer | undefined> {
  const handle = await store.blobs.open(digest);
  if (handle === undefined) return undefined;
  try {
    return await readAll(handle);
  } finally {
    await handle.close();
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function rejectsWith(work: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(work, { code });
}

export const FAR_FUTURE = new Date('2100-01-01T00:00:00Z');
export const LONG_AGO = new Date('2000-01-01T00:00:00Z');

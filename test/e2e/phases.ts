import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Mirror } from '../parts/mirror.js';
import type { TestUpstream } from '../parts/upstream.js';

/** One way to pull one image. */
export interface Pull {
  /** For the error: what is pulled, and how. */
  readonly what: string;
  /** Pulls and gives what was got, a digest or an image id. */
  readonly pull: () => Promise<string | undefined>;
  readonly expected: string;
}

/** Everything the phases work on, once it was started. */
export interface Stage {
  readonly mirror: Mirror;
  readonly upstreams: readonly TestUpstream[];
  readonly pulls: readonly Pull[];
  /** Makes the client forget everything it pulled. */
  readonly forget: () => Promise<void>;
  /** Every blob that the pulls need, with its size: each must come from upstream once and never again. */
  readonly blobs: ReadonlyMap<string, number>;
}

/**
 * The four phases that every client goes through: cold, warm, with the upstream stopped, and after a restart of the
 * mirror with the upstream still stopped. They leave the upstream stopped.
 */
export function fourPhases(stage: () => Stage): void {
  it('pulls cold, each blob coming from upstream once', async () => {
    await pullAll(stage());
    assert.deepEqual(transferred(stage()), stage().blobs);
  });

  it('pulls warm, no blob coming from upstream again', async () => {
    for (const { counter } of stage().upstreams) counter.reset();
    await pullAll(stage());
    assert.deepEqual(transferred(stage()), new Map());
  });

  it('pulls with the upstream stopped', async () => {
    for (const upstream of stage().upstreams) await upstream.stop();
    await pullAll(stage());
  });

  it('pulls after a restart of the mirror, with the upstream still stopped', async () => {
    await stage().mirror.restart();
    await pullAll(stage());
  });
}

/** Starting with nothing, so that whatever is got came from the mirror. */
async function pullAll({ forget, pulls, mirror }: Stage): Promise<void> {
  await forget();
  for (const { what, pull, expected } of pulls) {
    const got = await pull().catch((cause: unknown) => {
      throw new Error(`${what}: ${String(cause)}\n${mirror.tail()}`, { cause });
    });
    assert.equal(got, expected, what);
  }
}

/** Bytes of blob bodies that came from the upstreams, by digest. */
function transferred({ upstreams }: Stage): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const { method, path, status, bytes: count } of upstreams.flatMap(({ counter }) => counter.requests)) {
    const digest = /\/blobs\/(sha256:[a-f0-9]{64})/.exec(path)?.[1];
    if (method !== 'GET' || status >= 300 || digest === undefined) continue;
    bytes.set(digest, (bytes.get(digest) ?? 0) + count);
  }
  return bytes;
}

/** Sizes by digest, for `Stage.blobs`. */
export function sizes(blobs: readonly { digest: string; bytes: Buffer }[]): Map<string, number> {
  return new Map(blobs.map(({ digest, bytes }) => [digest, bytes.length]));
}

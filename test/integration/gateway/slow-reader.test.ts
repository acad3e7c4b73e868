import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { download } from '../../parts/http.js';
import { randomBytesOf } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { startGatedUpstream } from './gated-upstream.js';
import { startMirror, type TestMirror } from './mirror.js';
import { scene, untilStored, withParts } from './scene.js';

const MIB = 1024 * 1024;
const BLOB = randomBytesOf('slow reader', 64 * MIB);
const READERS = 8;

/**
 * What one reader may cost: two read buffers and what the system's sockets do not take; a blob is 64 MiB.
 * The limit is far above what is needed, so that the garbage of others does not matter, and far below a blob.
 */
const EACH = 6 * MIB;

describe('clients that do not read', () => {
  it(
    'cost no memory, whatever the blob’s size, and hold nobody else up: a stored blob',
    scene(async ({ mirror, hub }) => {
      const digest = hub.library.addBlob('library/app', BLOB);
      await whole(mirror, digest);
      await untilStored(mirror, digest);
      await assertCheap(mirror, digest, () => whole(mirror, digest));
    }),
  );

  it(
    'cost no memory and hold neither the transfer nor anybody else up: an arriving blob',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      upstream.open(1000);
      await assertCheap(mirror, upstream.digest, async () => {
        for (let position = 0; position < BLOB.length; position += 2 * MIB) {
          upstream.open(position);
          await waitFor(() => (upstream.requests[0]?.sent ?? 0) >= position, { what: 'it is sent' });
        }
        upstream.openAll();
        await whole(mirror, upstream.digest);
        await untilStored(mirror, upstream.digest);
      });
      assert.equal(upstream.requests.length, 1);
    }),
  );
});

/** Lets lazy clients begin, does something while they read nothing, and looks what they cost. */
async function assertCheap(mirror: TestMirror, digest: string, work: () => Promise<void>): Promise<void> {
  const lazy: Socket[] = [];
  const before = outside();
  try {
    for (let count = 0; count < READERS; count += 1) lazy.push(await begin(mirror, digest));
    await work();
    await settled(outside);
    const grown = outside() - before;
    assert.ok(grown < READERS * EACH, `${READERS} lazy readers cost ${(grown / MIB).toFixed(1)} MiB`);
    await whole(mirror, digest);
  } finally {
    for (const socket of lazy) socket.destroy();
  }
}

/** Bytes of buffers in this process. */
function outside(): number {
  const { external, arrayBuffers } = process.memoryUsage();
  return Math.max(external, arrayBuffers);
}

/** A client that asks and then reads nothing. */
async function begin(mirror: TestMirror, digest: string): Promise<Socket> {
  const socket = connect(Number(new URL(mirror.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.pause();
  socket.on('error', () => undefined);
  socket.write(`GET /v2/library/app/blobs/${digest} HTTP/1.1\r\nHost: mirror.test\r\n\r\n`);
  return socket;
}

/** Resolves when a number has stopped changing. */
async function settled(value: () => number): Promise<void> {
  let last = Number.NaN;
  await waitFor(
    async () => {
      await sleep(100);
      const now = value();
      const same = now === last;
      last = now;
      return same;
    },
    { what: 'nothing moves any more' },
  );
}

async function whole(mirror: TestMirror, digest: string): Promise<void> {
  const { bytes, digest: actual } = await download(`${mirror.url}/v2/library/app/blobs/${digest}`);
  assert.equal(bytes, BLOB.length);
  assert.equal(actual, digest);
}

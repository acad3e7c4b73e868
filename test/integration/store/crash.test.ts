import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseManifest } from '#src/oci/manifest.js';
import { createDistributionStore } from '#src/store/distribution.js';
import type { Store } from '#src/store/port.js';
import { blobContent, collect, digestOf, FAR_FUTURE } from '../../unit/store/conformance/subject.js';
import { IMAGES } from './crash-content.js';
import { temporaryFolder } from './folder.js';

const ROUNDS = 16;
/** Every one must have been told of, or the test has looked at nothing. */
const STEPS = ['appended', 'publishing', 'committing', 'tagged', 'removed', 'resumed'];

describe('a store whose process is killed', () => {
  it(`shows only what is whole, ${ROUNDS} times or more`, async () => {
    const { path, remove } = await temporaryFolder();
    const seen = new Map<string, number>();
    try {
      let blobs = 0;
      for (let round = 0; round < ROUNDS * 4; round += 1) {
        const last = await liveAndDie(path, random(IMAGES), 1 + random(90), seen);
        blobs = await check(path, `round ${round}, after "${last}"`);
        if (round + 1 >= ROUNDS && blobs > 10 && STEPS.every((step) => seen.has(step))) return;
      }
      assert.fail(`not all happened: ${blobs} blobs, ${JSON.stringify([...seen])}`);
    } finally {
      await remove();
    }
  });
});

/** Runs the worker and kills it after some steps; resolves with the last one it told of. */
async function liveAndDie(
  root: string,
  first: number,
  steps: number,
  seen: Map<string, number>,
): Promise<string> {
  const worker = fileURLToPath(new URL('./crash-worker.js', import.meta.url));
  const child = spawn(process.execPath, [worker, root, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let last = '';
  let told = 0;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      last = line;
      told += 1;
      seen.set(line, (seen.get(line) ?? 0) + 1);
      if (told === steps) child.kill('SIGKILL');
    }
  } finally {
    child.kill('SIGKILL');
  }
  const [code, signal] = await exited;
  assert.equal(signal, 'SIGKILL', `the worker ended by itself with ${code} after "${last}"`);
  return last;
}

/** Everything visible must be whole. Resolves with the number of blobs. */
async function check(rootDirectory: string, when: string): Promise<number> {
  const store = createDistributionStore({ rootDirectory });
  try {
    const blobs = await collect(store.blobs.walk());
    for (const { digest, size } of blobs) {
      const content = await blobContent(store, digest);
      assert.equal(content?.length, size, when);
      assert.equal(digestOf(content ?? Buffer.alloc(0)), digest, when);
    }
    for await (const repository of store.repositories.walk()) await checkRepository(store, repository, when);
    for await (const { repository, id, cancel } of store.uploads.stale(FAR_FUTURE)) {
      // Killed while it was begun, it is no upload yet, and cleaned all the same.
      const upload = await store.uploads.open(repository, id);
      await upload?.close();
      await cancel();
      assert.equal(await store.uploads.open(repository, id), undefined, when);
    }
    assert.deepEqual(await collect(store.uploads.stale(FAR_FUTURE)), [], when);
    return blobs.length;
  } finally {
    await store.close();
  }
}

async function checkRepository(store: Store, repository: string, when: string): Promise<void> {
  for (const tag of (await store.repositories.tags(repository)) ?? []) {
    const digest = await store.repositories.readTag(repository, tag);
    assert.ok(digest, `${when}: ${repository}:${tag} is listed and cannot be read`);
    assert.ok(await store.repositories.hasRevision(repository, digest), `${when}: tag without revision`);
    const manifest = await blobContent(store, digest);
    assert.ok(manifest, `${when}: tag without manifest`);
    assert.equal(parseManifest(manifest).kind, 'image');
    const origin = await store.origins.readTag(repository, tag);
    assert.equal(origin?.upstream, repository.startsWith('pulled/') ? 'docker.io' : undefined, when);
  }
  for await (const digest of store.repositories.revisions(repository)) {
    assert.ok(await store.blobs.stat(digest), `${when}: revision without manifest`);
    const origin = await store.origins.readRevision(repository, digest);
    assert.equal(origin !== undefined, repository.startsWith('pulled/'), when);
  }
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}

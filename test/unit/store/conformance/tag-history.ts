import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '#src/store/port.js';
import { type MakeStore, text, withStore } from './subject.js';

const [ONE, TWO, THREE] = [text('one').digest, text('two').digest, text('three').digest];

/** Moves a tag along, far enough apart for the clock of any file system. */
async function move(store: Store, tag: string, ...digests: (typeof ONE)[]): Promise<void> {
  for (const digest of digests) {
    await store.repositories.writeTag('r', tag, digest);
    await sleep(15);
  }
}

async function digestsOf(store: Store, tag: string) {
  return (await store.repositories.tagHistory('r', tag)).map(({ digest }) => digest);
}

export function describeTagHistory(makeStore: MakeStore): void {
  describe('the history of a tag', () => {
    it(
      'is what it points at and pointed at, the latest first, with times',
      withStore(makeStore, async (store, subject) => {
        assert.deepEqual(await store.repositories.tagHistory('r', 'latest'), []);
        const begun = Date.now();
        await move(store, 'latest', ONE, TWO, TWO, THREE);
        await move(store, 'other', TWO);
        assert.deepEqual(await digestsOf(store, 'latest'), [THREE, TWO, ONE]);
        assert.deepEqual(await digestsOf(store, 'other'), [TWO]);
        const times = (await store.repositories.tagHistory('r', 'latest')).map(({ since }) =>
          since.getTime(),
        );
        assert.deepEqual(
          times,
          times.toSorted((a, b) => b - a),
        );
        // A file system's clock may be some milliseconds late.
        for (const time of times) assert.ok(time >= begun - 50 && time <= Date.now() + 50);
        const again = await subject.reopen();
        assert.deepEqual(await digestsOf(again, 'latest'), [THREE, TWO, ONE]);
      }),
    );

    it(
      'has a digest that the tag came back to once, since it came back',
      withStore(makeStore, async (store) => {
        await move(store, 'latest', ONE, TWO, ONE, THREE);
        assert.deepEqual(await digestsOf(store, 'latest'), [THREE, ONE, TWO]);
        await move(store, 'latest', TWO);
        assert.deepEqual(await digestsOf(store, 'latest'), [TWO, THREE, ONE]);
      }),
    );

    it(
      'stays as it was when the tag is put back to a part of it for a while',
      withStore(makeStore, async (store) => {
        await move(store, 'latest', ONE, TWO, THREE);
        const times = async () =>
          (await store.repositories.tagHistory('r', 'latest')).map(({ digest, since }) => ({
            digest,
            since,
          }));
        const before = await times();
        await store.repositories.writeTag('r', 'latest', TWO, 'put back');
        assert.equal(await store.repositories.readTag('r', 'latest'), TWO);
        assert.deepEqual(await times(), before);
        assert.deepEqual(
          (await store.repositories.tagHistory('r', 'latest')).map(({ isNow }) => isNow),
          [false, true, false],
        );
        assert.deepEqual(await store.repositories.pruneTag('r', 'latest', 1), [ONE]);
        assert.deepEqual(await digestsOf(store, 'latest'), [THREE, TWO]);
        await sleep(15);
        await store.repositories.writeTag('r', 'latest', ONE, 'put back');
        assert.deepEqual(await digestsOf(store, 'latest'), [ONE, THREE, TWO], 'one that it never had is new');
        await store.repositories.writeTag('r', 'other', ONE, 'put back');
        assert.deepEqual(await digestsOf(store, 'other'), [ONE]);
      }),
    );

    it(
      'does not begin anew when the same is written again',
      withStore(makeStore, async (store) => {
        await move(store, 'latest', ONE);
        const before = await store.repositories.tagHistory('r', 'latest');
        await move(store, 'latest', ONE);
        assert.deepEqual(await store.repositories.tagHistory('r', 'latest'), before);
      }),
    );

    it(
      'is cut after so many digests, never before that of now',
      withStore(makeStore, async (store) => {
        await move(store, 'latest', ONE, TWO, THREE);
        const { repositories } = store;
        assert.deepEqual(await repositories.pruneTag('r', 'latest', 3), []);
        assert.deepEqual(await repositories.pruneTag('r', 'latest', 2), [ONE]);
        assert.deepEqual(await digestsOf(store, 'latest'), [THREE, TWO]);
        assert.deepEqual(await repositories.pruneTag('r', 'latest', 0), [TWO]);
        assert.deepEqual(await digestsOf(store, 'latest'), [THREE]);
        assert.deepEqual(await repositories.pruneTag('r', 'latest', 0), []);
        assert.equal(await repositories.readTag('r', 'latest'), THREE);
        assert.deepEqual(await repositories.pruneTag('r', 'none', 1), []);
        await move(store, 'latest', ONE);
        assert.deepEqual(await digestsOf(store, 'latest'), [ONE, THREE]);
      }),
    );

    it(
      'goes with the tag',
      withStore(makeStore, async (store) => {
        await move(store, 'latest', ONE, TWO);
        await store.repositories.removeTag('r', 'latest');
        assert.deepEqual(await digestsOf(store, 'latest'), []);
        await move(store, 'latest', THREE);
        assert.deepEqual(await digestsOf(store, 'latest'), [THREE]);
      }),
    );
  });
}

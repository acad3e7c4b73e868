import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type HistorySubject, heldOf, tagHistory } from '#src/images/history/tag-history.js';
import { parsePlatform } from '#src/oci/platform.js';
import { createMemoryStore } from '#src/store/memory.js';
import { fillStore } from '../../../parts/fill-store.js';
import { type Image, multiImage, smallImage } from '../../../parts/images.js';

const SHELF = { repository: 'library/app', tag: '1', upstream: 'docker.io' };
const SUBJECT: HistorySubject = {
  repository: 'library/app',
  tag: '1',
  pinned: undefined,
  platforms: [parsePlatform('linux/amd64') ?? assert.fail()],
  keep: 3,
};
const [FIRST, SECOND, THIRD] = ['first', 'second', 'third'].map((seed) =>
  smallImage(seed, { size: 100 }),
) as [Image, Image, Image];

/** A store whose tag stood for the three images, one second after the other. */
async function threeMoves() {
  let now = 1_000;
  const store = createMemoryStore({ now: () => now });
  for (const image of [FIRST, SECOND, THIRD]) {
    await fillStore(store, image, SHELF);
    now += 1_000;
  }
  return store;
}

describe('the history of a tag', () => {
  it('has times, sizes and what is missing of each', async () => {
    const store = await threeMoves();
    const [layer] = SECOND.layers.slice(1);
    assert.ok(layer !== undefined);
    await store.repositories.unlinkLayer('library/app', layer.digest);
    await store.repositories.unlinkRevision('library/app', FIRST.manifest.digest);
    const size = (image: Image) =>
      [image.config, ...image.layers].reduce((sum, { bytes }) => sum + bytes.length, 0);
    assert.deepEqual(
      (await tagHistory(store, SUBJECT)).map(({ missing, since, ...rest }) => ({
        ...rest,
        since: since?.getTime(),
        missing: missing.map(({ digest }) => digest),
      })),
      [
        {
          digest: THIRD.manifest.digest,
          since: 3_000,
          isNow: true,
          isComplete: true,
          isUnknown: false,
          missing: [],
          size: size(THIRD),
        },
        {
          digest: SECOND.manifest.digest,
          since: 2_000,
          isNow: false,
          isComplete: false,
          isUnknown: false,
          missing: [layer.digest],
          size: size(SECOND),
        },
        {
          digest: FIRST.manifest.digest,
          since: 1_000,
          isNow: false,
          isComplete: false,
          isUnknown: true,
          missing: [],
          size: 0,
        },
      ],
    );
  });

  it('is told as far back as it is kept', async () => {
    const store = await threeMoves();
    const digests = async (keep: number) =>
      (await tagHistory(store, { ...SUBJECT, keep })).map(({ digest }) => digest);
    assert.deepEqual(await digests(2), [THIRD.manifest.digest, SECOND.manifest.digest]);
    await store.repositories.writeTag('library/app', '1', FIRST.manifest.digest, 'put back');
    assert.deepEqual(await digests(1), [THIRD.manifest.digest, FIRST.manifest.digest], 'and what is served');
    assert.equal((await digests(Number.POSITIVE_INFINITY)).length, 3);
  });

  it('says what is served where a pin holds the tag, also at what it never stood for', async () => {
    const store = await threeMoves();
    const marks = async (pinned: Image) =>
      (await tagHistory(store, { ...SUBJECT, pinned: pinned.manifest.digest })).map(({ digest, isNow }) => [
        digest,
        isNow,
      ]);
    assert.deepEqual(await marks(SECOND), [
      [THIRD.manifest.digest, false],
      [SECOND.manifest.digest, true],
      [FIRST.manifest.digest, false],
    ]);
    const other = smallImage('other');
    assert.deepEqual(await marks(other), [
      [other.manifest.digest, true],
      [THIRD.manifest.digest, false],
      [SECOND.manifest.digest, false],
      [FIRST.manifest.digest, false],
    ]);
  });

  it('looks at the platforms that are to be here', async () => {
    const store = createMemoryStore();
    const index = multiImage('platforms', { size: 100 });
    await fillStore(store, index, SHELF, index.images.slice(0, 1));
    const held = (...platforms: string[]) =>
      heldOf(
        store,
        { ...SUBJECT, platforms: platforms.map((text) => parsePlatform(text) ?? assert.fail(text)) },
        index.manifest.digest,
      );
    assert.equal((await held('linux/amd64')).isComplete, true);
    const both = await held('linux/amd64', 'linux/arm64');
    assert.deepEqual([both.isComplete, both.missing.length], [false, 1]);
    assert.equal(both.size, (await held('linux/amd64')).size);
    const none = await held('linux/s390x');
    assert.deepEqual([none.isComplete, none.isUnknown, none.missing.length], [false, false, 0]);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '#src/store/errors.js';
import { randomBytesOf } from '../../parts/layers.js';
import { waitFor } from '../../parts/wait.js';
import { withBlobs } from '../../unit/gateway/stores.js';
import { startGatedUpstream } from './gated-upstream.js';
import { startMirror } from './mirror.js';
import { lines, scene, untilStored, withParts } from './scene.js';
import { tap } from './tap.js';

const BLOB = randomBytesOf('background', 600_000);
const PATH = '/v2/library/app/blobs';
const BACKGROUND = { priority: 'u=7' };

/** docs/adr/0010-background.md */
describe('a transfer that is fetched in the background', () => {
  it(
    'stops when its client leaves, and is taken up again where it stopped',
    withParts(async (parts) => {
      const upstream = parts.add(await startGatedUpstream(BLOB));
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      upstream.open(200_000);
      const update = tap(`${mirror.url}${PATH}/${upstream.digest}`, BACKGROUND);
      await update.until(200_000);
      update.leave();
      await waitFor(() => upstream.requests[0]?.closed === true, { what: 'the upstream is left alone' });
      upstream.openAll();
      assert.deepEqual((await mirror.send(`${PATH}/${upstream.digest}`)).body, BLOB);
      assert.deepEqual(
        upstream.requests.map(({ range, sent }) => [range, sent]),
        [
          [undefined, 200_000],
          ['bytes=200000-', 400_000],
        ],
      );
      assert.equal(lines(mirror, 'a request failed').length, 0);
    }),
  );

  it(
    'goes on when somebody else has joined, or was there before',
    withParts(async (parts) => {
      for (const order of ['joined', 'was before'] as const) {
        const upstream = parts.add(await startGatedUpstream(BLOB));
        const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
        const url = `${mirror.url}${PATH}/${upstream.digest}`;
        upstream.open(200_000);
        const first = tap(url, order === 'joined' ? BACKGROUND : {});
        await first.until(200_000);
        const second = tap(url, order === 'joined' ? {} : BACKGROUND);
        await second.until(200_000);
        second.leave();
        first.leave();
        await waitFor(() => lines(mirror, 'request').length === 2, { what: 'the mirror knows' });
        upstream.openAll();
        await untilStored(mirror, upstream.digest);
        assert.equal(upstream.requests.length, 1, order);
      }
    }),
  );

  it(
    'gives everything to who comes in the moment it stops',
    withParts(async (parts) => {
      for (let round = 0; round < 12; round += 1) {
        const upstream = parts.add(await startGatedUpstream(BLOB));
        const gateway = { lingerFor: 0 };
        const mirror = parts.add(await startMirror({ upstreams: [upstream], gateway }));
        const url = `${mirror.url}${PATH}/${upstream.digest}`;
        upstream.open(100_000);
        const update = tap(url, BACKGROUND);
        await update.until(100_000);
        update.leave();
        // Around the moment in which the mirror learns of it: which comes first differs from round to round.
        if (round % 4 > 0) await sleep(round % 4);
        const person = tap(url);
        upstream.openAll();
        assert.equal(await person.end, 'complete', `round ${round}`);
        assert.deepEqual(person.bytes(), BLOB);
      }
    }),
  );

  it(
    'is slow only as long as nobody else wants it',
    scene(
      async ({ mirror, hub }) => {
        // At 1,000 bytes a second each would take ten minutes.
        const other = randomBytesOf('other', BLOB.length);
        const [wanted, unwanted] = [BLOB, other].map((bytes) => hub.library.addBlob('library/app', bytes));
        const updates = [wanted, unwanted].map((digest) => tap(`${mirror.url}${PATH}/${digest}`, BACKGROUND));
        await updates[0]?.answer;
        await waitFor(() => hub.requests.length === 2, { what: 'both are asked for' });
        assert.deepEqual((await mirror.send(`${PATH}/${wanted}`)).body, BLOB);
        assert.equal(await updates[0]?.end, 'complete');
        assert.ok((updates[1]?.received ?? 0) < BLOB.length / 2);
        updates[1]?.leave();
      },
      { mirror: { background: { bandwidth: 1_000 } } },
    ),
  );

  it(
    'keeps to the limit also where the store keeps nothing',
    scene(
      async ({ mirror, hub }) => {
        const digest = hub.library.addBlob('library/app', BLOB);
        const url = `${mirror.url}${PATH}/${digest}`;
        const update = tap(url, BACKGROUND);
        await update.answer;
        assert.deepEqual((await mirror.send(`${PATH}/${digest}`)).body, BLOB);
        assert.ok(update.received < BLOB.length / 2, `${update.received}`);
        update.leave();
      },
      {
        mirror: { background: { bandwidth: 1_000 } },
        change: (store) =>
          withBlobs(store, {
            receive: async () => {
              await sleep(20);
              throw new StoreError('STORE_FULL', 'no room');
            },
          }),
      },
    ),
  );
});

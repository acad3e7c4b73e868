import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { stopCommand } from '#src/cli/stop.js';
import { isRunning } from '#src/host/process-identity.js';
import { type ImageOutcome, readLastUpdate, writeLastUpdate } from '#src/images/last-update.js';
import { smallImage } from '../../parts/images.js';
import { waitFor } from '../../parts/wait.js';
import { addImage } from '../images/updating.js';
import { realMirror } from './real-mirror.js';

const DAY_MS = 86_400_000;

describe('updates, where there is no systemd', () => {
  it(
    'begin with the first start, are made up for when one was missed, and not repeated otherwise',
    realMirror(async ({ hub, sandbox, set, start, run, list, updated, logged }) => {
      const { layout } = sandbox;
      addImage(hub, 'library/a', '1', smallImage('a'));
      await set({});
      assert.deepEqual(await start().then(({ status, err }) => ({ status, err })), { status: 0, err: '' });
      const first = await updated(({ result }) => result === 'done', 'the first update is done');
      assert.deepEqual(first.images, []);
      await list('a:1');

      await run(stopCommand);
      await start();
      await waitFor(async () => (await logged('updates are scheduled')).length === 2, {
        what: 'it is scheduled again',
      });
      assert.deepEqual(await readLastUpdate(layout.update), first, 'nothing was due');
      await run(stopCommand);

      const long = new Date(Date.now() - 2 * DAY_MS).toISOString();
      await writeLastUpdate(layout.update, { ...first, started: long, finished: long });
      await start();
      const second = await updated(
        ({ result, started }) => result === 'done' && started !== long,
        'it is made up for',
      );
      assert.deepEqual(
        second.images.map(({ image, state }) => [image, state]),
        [['a:1', 'fetched']],
      );
      assert.deepEqual(
        (await logged('a scheduled run begins')).map(({ because }) => because),
        ['it is the first', 'one was missed'],
      );
      await run(stopCommand);
      const next = (await logged('updates are scheduled')).at(-1)?.['next'];
      assert.ok(Date.parse(String(next)) > Date.now() && Date.parse(String(next)) < Date.now() + DAY_MS);
    }),
  );

  it(
    'go on at the next start with what waited when the mirror was stopped',
    realMirror(async ({ hub, sandbox, set, start, run, list, updated, logged }) => {
      const { layout } = sandbox;
      addImage(hub, 'library/a', '1', smallImage('a'));
      await set({});
      await start();
      const first = await updated(({ result }) => result === 'done', 'the first update is done');
      await list('a:1');
      await run(stopCommand);
      const waits = {
        for: 'rate-limit',
        upstream: 'docker.io',
        until: first.started,
        atLatest: true,
      } as const;
      const waiting: ImageOutcome = {
        image: 'a:1',
        state: 'waiting',
        digest: null,
        bytes: 0,
        blobs: 0,
        problem: null,
        waits: { ...waits, limit: 100, remaining: 0, reserve: 0 },
      };
      await writeLastUpdate(layout.update, { ...first, result: 'partly', images: [waiting] });
      await start();
      const second = await updated(
        ({ result, started }) => result === 'done' && started !== first.started,
        'it is done',
      );
      assert.deepEqual(
        second.images.map(({ image, state }) => [image, state]),
        [['a:1', 'fetched']],
      );
      assert.equal((await logged('a scheduled run begins')).length, 2);
      await run(stopCommand);
    }),
  );

  it(
    'come when they are due, and a changed calendar is followed by a mirror that runs',
    realMirror(async ({ sandbox, set, start, updated, logged }) => {
      await set({ DOCKER_MIRROR_UPDATE: 'n' });
      await start();
      const before = await sandbox.state();
      assert.equal(await readLastUpdate(sandbox.layout.update), undefined);
      await set({ DOCKER_MIRROR_UPDATE_CALENDAR: '"*:*:0/2 UTC"' });
      assert.match((await start()).out, /already running/);
      await updated(({ result }) => result === 'done', 'the first is done');
      await waitFor(
        async () => (await logged('a scheduled run begins')).some(({ because }) => because === 'it is due'),
        {
          what: 'one comes when it is due',
        },
      );
      await set({ DOCKER_MIRROR_UPDATE: 'n' });
      await start();
      assert.deepEqual((await sandbox.state())?.supervisor, before?.supervisor);
    }),
  );

  it(
    'end with the supervisor, also when it is killed',
    realMirror(async ({ hub, sandbox, set, start, run, list, updated }) => {
      addImage(hub, 'library/a', '1', smallImage('a'));
      hub.on({ path: /manifests/, plan: { blackHole: true } });
      await set({ DOCKER_MIRROR_UPDATE: 'n' });
      await start();
      await list('a:1');
      await set({});
      await start();
      const hanging = await updated(({ images }) => images.length === 1, 'an update hangs');
      const { supervisor } = await sandbox.stateWhen((state) => state.program !== null);
      process.kill(supervisor.pid, 'SIGKILL');
      await waitFor(async () => !(await isRunning(hanging.process)), { what: 'the update has gone' });
      // The mirror ends at the same moment, and the update may notice that first.
      const { result } = (await readLastUpdate(sandbox.layout.update)) ?? {};
      assert.ok(result === 'interrupted' || result === 'failed', result);

      await start();
      const again = await updated(
        ({ result, process: { pid } }) => result === 'running' && pid !== hanging.process.pid,
        'it begins anew',
      );
      assert.equal((await run(stopCommand, { timeout: 5 })).status, 0);
      assert.equal(await isRunning(again.process), false);
      assert.equal((await readLastUpdate(sandbox.layout.update))?.result, 'interrupted');
    }),
  );

  it(
    'are refused at the start when only systemd could follow the calendar',
    realMirror(async ({ sandbox, set, start }) => {
      await set({ DOCKER_MIRROR_UPDATE_CALENDAR: '"2030-01-01 02:00"' });
      const { status, err } = await start();
      assert.equal(status, 78);
      assert.match(
        err,
        /\.config: DOCKER_MIRROR_UPDATE_CALENDAR: "2030-01-01 02:00" names a year, which only systemd can follow/,
      );
      assert.equal(await sandbox.state(), undefined);
      await assert.rejects(readFile(sandbox.layout.duties), { code: 'ENOENT' });
    }),
  );
});

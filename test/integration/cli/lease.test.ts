import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { leaseAddCommand } from '#src/cli/lease/add.js';
import { leaseListCommand } from '#src/cli/lease/list.js';
import { leaseReleaseCommand } from '#src/cli/lease/release.js';
import { stopCommand } from '#src/cli/stop.js';
import { waitFor } from '../../parts/wait.js';
import { type RealMirror, realMirror } from './real-mirror.js';
import { answers } from './sandbox.js';

async function names({ run }: RealMirror): Promise<string[]> {
  const { out } = await run(leaseListCommand, { json: true });
  return (JSON.parse(out) as { name: string }[]).map(({ name }) => name);
}

async function untilStopped({ sandbox }: RealMirror): Promise<void> {
  await sandbox.stateWhen(({ phase }) => phase === 'stopped');
}

const NOTHING_BY_NIGHT = { DOCKER_MIRROR_UPDATE: 'n' };

describe('leases', () => {
  it(
    'start the mirror once, however many come at once, and none is lost',
    realMirror(async (mirror) => {
      const { run, set, sandbox } = mirror;
      await set(NOTHING_BY_NIGHT);
      assert.equal((await run(leaseListCommand)).out, 'Nobody has a lease.\n');
      const guests = Array.from({ length: 20 }, (_, n) => `vm ${String(n).padStart(2, '0')}/ü`);
      const outcomes = await Promise.all(guests.map((name) => run(leaseAddCommand, { name })));
      for (const { status, err } of outcomes) assert.deepEqual({ status, err }, { status: 0, err: '' });
      assert.equal(outcomes.filter(({ out }) => out.includes('The mirror has started')).length, 1);
      assert.deepEqual(await names(mirror), guests);
      assert.ok(await answers(sandbox.url));
      const again = await run(leaseAddCommand, { name: guests[0] ?? '', ttl: '90m' });
      assert.match(again.out, /^vm 00\/ü has a lease until 20\S+Z\.\n$/);
      assert.deepEqual(await names(mirror), guests);
      await Promise.all(guests.slice(1).map((name) => run(leaseReleaseCommand, { name })));
      assert.deepEqual(await names(mirror), guests.slice(0, 1));
      assert.match((await run(leaseReleaseCommand, { name: 'nobody' })).out, /had no lease/);
      await run(leaseReleaseCommand, { name: guests[0] ?? '' });
      assert.deepEqual(await names(mirror), []);
      await run(stopCommand);
    }),
  );

  it(
    'stop the mirror when the last one has ended, given back or run out, and start it again',
    realMirror(async (mirror) => {
      const { run, set, sandbox, start } = mirror;
      await set({ ...NOTHING_BY_NIGHT, DOCKER_MIRROR_STOP_WHEN_UNUSED: 'y', DOCKER_MIRROR_STOP_GRACE: '0' });
      await run(leaseAddCommand, { name: 'a' });
      await run(leaseAddCommand, { name: 'b' });
      await run(leaseReleaseCommand, { name: 'a' });
      assert.ok(await answers(sandbox.url));
      await run(leaseReleaseCommand, { name: 'b' });
      await untilStopped(mirror);
      assert.equal(await answers(sandbox.url), false);

      // Who starts it by hand keeps it: no lease has ended since.
      await start();
      await run(leaseAddCommand, { name: 'crashed', ttl: '1s' });
      await untilStopped(mirror);
      assert.deepEqual(await names(mirror), []);
      assert.equal((await run(leaseAddCommand, { name: 'a' })).status, 0);
      assert.ok(await answers(sandbox.url));
      await run(stopCommand);
    }),
  );

  it(
    'keep a mirror up that was about to stop',
    realMirror(async (mirror) => {
      const { run, set, sandbox } = mirror;
      await set({ ...NOTHING_BY_NIGHT, DOCKER_MIRROR_STOP_WHEN_UNUSED: 'y', DOCKER_MIRROR_STOP_GRACE: '0' });
      await run(leaseAddCommand, { name: 'a' });
      const first = await sandbox.state();
      await run(leaseReleaseCommand, { name: 'a' });
      await waitFor(
        async () => (await mirror.logged('nobody needs the mirror any more: it stops')).length > 0,
        { what: 'it stops' },
      );
      assert.equal((await run(leaseAddCommand, { name: 'b' })).status, 0);
      await sandbox.stateWhen(
        ({ phase, program }) => phase === 'running' && program?.pid !== first?.program?.pid,
      );
      await waitFor(() => answers(sandbox.url), { what: 'it answers again' });
      await run(stopCommand);
    }),
  );

  it(
    'count by when they were said, not by when they arrived',
    realMirror(async (mirror) => {
      const { run, set } = mirror;
      await set(NOTHING_BY_NIGHT);
      const now = Date.now() / 1000;
      await run(leaseReleaseCommand, { name: 'a', 'as-of': String(now - 10) });
      const late = await run(leaseAddCommand, { name: 'a', 'as-of': String(now - 11) });
      assert.deepEqual([late.status, late.out], [0, 'The lease of a was given back meanwhile.\n']);
      assert.deepEqual(await names(mirror), []);
      await run(leaseAddCommand, { name: 'a', 'as-of': String(now - 9) });
      await run(leaseReleaseCommand, { name: 'a', 'as-of': String(now - 10) });
      assert.deepEqual(await names(mirror), ['a']);
      await run(stopCommand);
    }),
  );

  it(
    'are refused with names and times that cannot be, and do not stumble over what is no lease',
    realMirror(async (mirror) => {
      const { run, set, sandbox } = mirror;
      await set(NOTHING_BY_NIGHT);
      for (const name of ['', ' ', '-x', 'a\nb', 'a\u0000', '\ud800', 'x'.repeat(201), 'ü'.repeat(40)]) {
        const { status, err } = await run(leaseAddCommand, { name });
        assert.equal(status, 1, name);
        assert.match(err, /cannot be the name of a lease\nhint: a name is one line/);
      }
      for (const ttl of ['', '0', '-1h', 'soon', '12', '1000000h']) {
        assert.equal((await run(leaseAddCommand, { name: 'a', ttl })).status, 2, ttl);
      }
      for (const time of ['', 'now', '-1', '1e3', '99999999999999']) {
        assert.equal((await run(leaseReleaseCommand, { name: 'a', 'as-of': time })).status, 2, time);
      }
      assert.equal((await run(leaseAddCommand, { name: '..' })).status, 0);
      for (const [file, text] of [
        ['x.json', '{"version":1}'],
        ['y.json', ''],
        ['z.txt', 'z'],
      ] as const) {
        await writeFile(join(sandbox.layout.leases, file), text);
      }
      assert.deepEqual(await names(mirror), ['..']);
      await run(leaseAddCommand, { name: 'x' });
      assert.deepEqual(await names(mirror), ['..', 'x']);
      await run(stopCommand);
    }),
  );
});

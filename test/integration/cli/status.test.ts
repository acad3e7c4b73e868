import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Command } from '#src/cli/command.js';
import { startCommand } from '#src/cli/start.js';
import { type StatusReport, statusCommand } from '#src/cli/status.js';
import { stopCommand } from '#src/cli/stop.js';
import { identify } from '#src/host/process-identity.js';
import type { LastUpdate } from '#src/images/last-update.js';
import { asPart, Parts } from '../../parts/cleanup.js';
import { request } from '../../parts/http.js';
import { blobsOf, smallImage } from '../../parts/images.js';
import { startScriptedRegistry } from '../../parts/scripted-registry.js';
import { waitFor } from '../../parts/wait.js';
import { Sandbox } from './sandbox.js';

/** A mirror as people start it, its real engine included, with an upstream of this test. */
describe('the status of a mirror at work', () => {
  const parts = new Parts();
  const at = {} as { sandbox: Sandbox };

  function run(command: Command, values: Record<string, string | boolean> = {}) {
    // The program itself instead of the stand-in.
    const { supervised: _, ...context } = at.sandbox.context();
    return at.sandbox.run(command, values, { ...context, supervised: undefined as never });
  }

  async function status(): Promise<{ code: number; report: StatusReport; text: string }> {
    const { status: code, out } = await run(statusCommand, { json: true });
    return { code, report: JSON.parse(out) as StatusReport, text: (await run(statusCommand)).out };
  }

  before(async () => {
    at.sandbox = await Sandbox.make();
    const hub = await startScriptedRegistry({ rateLimit: { limit: '100;w=21600', remaining: '99;w=21600' } });
    parts.add(asPart(() => hub.close()));
    const image = smallImage('status');
    for (const { bytes } of blobsOf(image)) hub.library.addBlob('library/app', bytes);
    hub.library.addManifest('library/app', image.manifest.bytes, 'latest', image.manifest.mediaType);
    // No update of its own: the test writes the record of one.
    await at.sandbox.set({ DOCKER_MIRROR_DEFAULT_UPSTREAM: `"${hub.origin}"`, DOCKER_MIRROR_UPDATE: 'n' });
    const started = await run(startCommand);
    assert.equal(started.status, 0, started.err);
  });
  after(async () => {
    await run(stopCommand);
    await at.sandbox.remove();
    await parts.close();
  });

  it('tells what is stored, and how the upstreams stand, with their rate limits', async () => {
    // It is written a moment after the mirror has begun to listen.
    const fresh = await waitFor(
      async () => {
        const { size, upstreams } = (await status()).report;
        return upstreams === null ? undefined : { size, upstreams };
      },
      { what: 'the upstreams are reported' },
    );
    assert.equal(fresh.size?.blobs, 0);
    assert.ok(fresh.upstreams.length > 0);
    const [main] = fresh.upstreams;
    assert.deepEqual([main?.circuit, main?.rateLimit, main?.lastError], ['closed', null, null]);
  });

  it('tells how the last update went, and has status 4 when it went wrong', async () => {
    const process_ = (await identify(process.pid)) ?? assert.fail('this process runs');
    const outcome = {
      image: 'a',
      state: 'unchanged',
      digest: null,
      bytes: 0,
      blobs: 0,
      problem: null,
    } as const;
    const write = async (update: Partial<LastUpdate>) => {
      const record: LastUpdate = {
        version: 1,
        process: process_,
        started: '2026-01-03T02:00:00.000Z',
        finished: '2026-01-03T02:01:00.000Z',
        result: 'done',
        problem: null,
        log: null,
        images: [outcome],
        ...update,
      };
      await writeFile(at.sandbox.layout.update, JSON.stringify(record));
    };
    await write({});
    const done = await status();
    assert.deepEqual([done.code, done.report.troubles], [0, []]);
    assert.equal(done.report.update.last?.result, 'done');
    assert.match(done.text, /^last update +2026-01-03T02:01:00\.000Z, done, 1 image$/m);
    await write({
      result: 'partly',
      images: [outcome, { ...outcome, image: 'b', state: 'failed', problem: 'gone' }],
    });
    const partly = await status();
    assert.deepEqual([partly.code, partly.report.troubles], [4, ['1 of 2 images could not be updated']]);
    assert.match(partly.text, /^mirror +running, with trouble$/m);
    await writeFile(at.sandbox.layout.update, 'nonsense');
    const nonsense = await status();
    assert.equal(nonsense.code, 4);
    assert.match(nonsense.report.troubles.join(), /does not hold the record of an update/);
    await write({});
  });

  it('counts leases once there are any', async () => {
    assert.equal((await status()).report.leases, null);
    await mkdir(at.sandbox.layout.leases);
    assert.equal((await status()).report.leases, 0);
    for (const name of ['vm1.json', 'vm2.json', '.vm3.json.tmp'])
      await writeFile(join(at.sandbox.layout.leases, name), '{}');
    const { report, text } = await status();
    assert.equal(report.leases, 2);
    assert.match(text, /^leases +2$/m);
  });

  it('fits on a screen, and does not take long', async () => {
    const began = performance.now();
    const { text } = await status();
    assert.ok(text.split('\n').length <= 24, text);
    assert.ok(performance.now() - began < 10_000);
  });

  it('tells the size of what was pulled', async () => {
    const image = smallImage('status');
    const url = `${at.sandbox.url}/v2/library/app`;
    const manifest = await request(`${url}/manifests/latest`);
    if (manifest.status !== 200) assert.fail(manifest.text());
    for (const { digest } of blobsOf(image))
      assert.equal((await request(`${url}/blobs/${digest}`)).status, 200);
    const bytes = [image.manifest, ...blobsOf(image)].reduce((sum, each) => sum + each.bytes.length, 0);
    await waitFor(async () => (await status()).report.size?.bytes === bytes, {
      what: `the store has ${bytes} bytes`,
    });
    const limit = await waitFor(
      async () => (await status()).report.upstreams?.find(({ rateLimit }) => rateLimit !== null),
      { what: 'the rate limit is reported', timeout: 15_000, interval: 500 },
    );
    assert.deepEqual(
      [limit.rateLimit?.limit, limit.rateLimit?.remaining, limit.rateLimit?.windowSeconds],
      [100, 99, 21_600],
    );
  });
});

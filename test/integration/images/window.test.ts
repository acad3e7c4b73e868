import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runUpdate, type UpdateEnd } from '#src/images/run-update.js';
import { wantedImages } from '#src/images/wanted-images.js';
import { WindowClosedError } from '#src/images/window-closed.js';
import { platformOfHost } from '#src/oci/platform.js';
import { createDistributionStore } from '#src/store/distribution.js';
import { smallImage } from '../../parts/images.js';
import { waitFor } from '../../parts/wait.js';
import { addImage, logOf, type Updating, updating } from './updating.js';

describe('the end of the time of day for fetching ahead', () => {
  it(
    'ends an update, has the mirror leave the upstream alone, and is no interruption',
    updating(async (scene) => {
      const { hub, list, last, run } = scene;
      addImage(hub, 'library/a', '1', smallImage('a'));
      addImage(hub, 'library/b', '1', smallImage('b', { size: 3_000_000 }));
      await list('a:1', 'b:1');
      assert.equal((await run('pull', 'a:1')).status, 0);
      const slow = smallImage('b', { size: 3_000_000 }).layers.at(-1)?.digest ?? '';
      hub.on({ path: new RegExp(slow), plan: { rate: 100_000 } });
      hub.requests.length = 0;

      const closing = new AbortController();
      const ending = update(scene, closing.signal);
      const isSlow = ({ path, method }: { path: string; method: string }) =>
        method === 'GET' && path.endsWith(slow);
      await waitFor(() => (hub.requests.find(isSlow)?.sent ?? 0) > 100_000, {
        what: 'the blob is under way',
      });
      const opens = new Date(Date.now() + 3_600_000);
      closing.abort(new WindowClosedError(opens));
      const end = await ending;
      assert.ok(end.kind === 'ended');
      assert.deepEqual([end.error, end.record.result, end.record.problem], [undefined, 'partly', null]);
      assert.deepEqual(
        end.record.images.map(({ image, state, waits }) => [image, state, waits?.for, waits?.until]),
        [
          ['a:1', 'unchanged', undefined, undefined],
          ['b:1', 'waiting', 'window', opens.toISOString()],
        ],
      );
      assert.match(
        await logOf(await last()),
        /Done in part .* 1 image waits for the time of day for it, until/,
      );

      // The mirror lets go what nobody wants any more, and keeps what came of it.
      const sent = await waitFor(
        async () => {
          const before = hub.requests.find(isSlow)?.sent;
          await new Promise((resolve) => setTimeout(resolve, 500));
          return before === hub.requests.find(isSlow)?.sent && before;
        },
        { what: 'nothing is sent any more' },
      );
      assert.ok(sent < 3_000_000);
      hub.behave();
      assert.equal((await run('update')).status, 0);
      const ranges = hub.requests.filter(isSlow).map(({ headers }) => headers.range);
      assert.equal(ranges.length, 2);
      assert.match(ranges[1] ?? '', /^bytes=\d{5,}-$/);
    }),
  );
});

/** Runs one in this process. */
function update({ layout, mirror }: Updating, window: AbortSignal): Promise<UpdateEnd> {
  return runUpdate({
    record: layout.update,
    lock: join(layout.run, 'update'),
    logs: layout.logs,
    attachedMemory: layout.attached,
    signal: new AbortController().signal,
    window,
    prepare: async () => ({
      access: { origin: mirror.url, authorization: undefined, certificate: undefined },
      upstreams: { hosts: new Set(['docker.io', 'ghcr.io']), default: 'docker.io' },
      store: createDistributionStore({ rootDirectory: layout.registry }),
      wanted: wantedImages('a:1\nb:1\n', []),
      platforms: [platformOfHost(process.arch)],
      parallel: 2,
      archive: undefined,
      reserve: 0,
      offline: false,
      attached: false,
      completePartial: false,
      logRetentionDays: 1,
    }),
    onEvent: () => undefined,
    onWarning: (error) => assert.fail(String(error)),
  });
}

import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { run } from '#src/host/exec.js';
import { Parts } from '../parts/cleanup.js';
import { smallImage, uniqueBlobBytes } from '../parts/images.js';
import { lacking } from '../parts/needs.js';
import { tempFolder } from '../parts/temp.js';
import { startUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';
import { resumed, SLOW, twoLayers } from './breaking.js';
import { startKeeping } from './keeping.js';
import { assertServes } from './pulling.js';

const skip = lacking({ programs: ['docker-registry', 'openssl'] });

describe('an update whose mirror goes away', { skip, timeout: 180_000 }, () => {
  for (const how of ['restart', 'kill'] as const) {
    it(`by ${how === 'kill' ? 'kill -9' : 'a restart'} ends as what it is, or goes on; nothing is fetched twice`, async () => {
      await using parts = new Parts();
      const hub = parts.add(await startUpstream());
      const image = twoLayers(`mirror-${how}`);
      await hub.publish(image, 'library/app', '1');
      const upstreams = [{ host: 'docker.io', endpoint: hub.endpoint }];
      const keeping = parts.add(await startKeeping({ upstreams, parallel: 1 }));
      await keeping.list('app:1');
      hub.link.setFaults({ rate: SLOW });
      const update = await keeping.begin();
      await waitFor(() => hub.counter.blobBytes() > 500_000, { what: 'the first layer is half there' });
      if (how === 'kill') await keeping.mirror.kill();
      else await keeping.mirror.stop();
      hub.link.setFaults({});
      await keeping.mirror.start();
      const { code } = await update.ended;
      const { result, images } = await keeping.last();
      assert.deepEqual(
        [code, result, images[0]?.state],
        code === 0 ? [0, 'done', 'fetched'] : [2, 'failed', 'failed'],
      );
      await keeping.update();
      // One that is asked to stop may finish what is under way.
      if (how === 'kill') assert.ok(resumed(hub), 'it was taken up again by Range');
      assert.ok(hub.counter.blobBytes() <= uniqueBlobBytes(image) * 1.1, 'nothing was fetched twice');
      await hub.stop();
      await assertServes(keeping.mirror, 'library/app', '1', image);
    });
  }
});

describe('an update whose disk fills up', {
  skip: skip || lacking({ root: true, programs: ['mount'] }),
  timeout: 120_000,
}, () => {
  it('names the image that did not fit and why, keeps the others, and is done when there is room', async () => {
    await using parts = new Parts();
    const hub = parts.add(await startUpstream());
    const [fits, large] = [smallImage('fits'), twoLayers('too-large')];
    await hub.publish(fits, 'library/fits', '1');
    await hub.publish(large, 'library/large', '1');
    const folder = parts.add(await tempFolder('dm-disk'));
    const disk = folder.file('disk');
    await mkdir(disk);
    // The folder's clean-up unmounts it, whatever becomes of the test.
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'docker-mirror-test', disk]);
    await writeFile(`${disk}/filler`, Buffer.alloc(5_500_000));
    const upstreams = [{ host: 'docker.io', endpoint: hub.endpoint }];
    const keeping = parts.add(await startKeeping({ upstreams, registry: disk, parallel: 1 }));
    await keeping.list('fits:1');
    await keeping.update();
    await keeping.list('fits:1', 'large:1');
    const { stdout } = await keeping.update([1]);
    assert.match(stdout, /large:1: failed: the mirror did not keep sha256:[0-9a-f]{64}: its log says why/);
    assert.match(stdout, /Done in part in .*, 1 unchanged, 1 failed/);
    assert.ok(
      keeping.mirror.log.some(({ msg }) => String(msg).startsWith('the store cannot keep what arrives')),
    );
    await assertServes(keeping.mirror, 'library/fits', '1', fits);
    await rm(`${disk}/filler`);
    await keeping.update();
    await hub.stop();
    await assertServes(keeping.mirror, 'library/large', '1', large);
  });
});

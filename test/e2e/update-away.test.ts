import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { smallImage, uniqueBlobBytes } from '../parts/images.js';
import { lacking } from '../parts/needs.js';
import { startUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';
import { crash, resumed, SLOW, twoLayers } from './breaking.js';
import { startKeeping } from './keeping.js';
import { assertServes } from './pulling.js';

const skip = lacking({ programs: ['docker-registry', 'openssl'] });

describe('an update whose registry dies and stays away', { skip, timeout: 180_000 }, () => {
  it('says what is not here when the registry stays away, and the next one goes on by Range', async () => {
    await using parts = new Parts();
    const hub = parts.add(await startUpstream());
    const [early, image] = [smallImage('away-early'), twoLayers('away')];
    await hub.publish(early, 'library/early', '1');
    await hub.publish(image, 'library/app', '1');
    const keeping = parts.add(
      await startKeeping({ upstreams: [{ host: 'docker.io', endpoint: hub.endpoint }], parallel: 1 }),
    );
    await keeping.list('early:1');
    await keeping.update();
    await keeping.list('early:1', 'app:1');
    hub.counter.reset();
    hub.link.setFaults({ rate: SLOW });
    const update = await keeping.begin();
    await waitFor(() => hub.counter.blobBytes() > 500_000, { what: 'the first layer is half there' });
    await crash(hub);
    assert.equal((await update.ended).code, 1);
    const last = await keeping.last();
    assert.equal(last.result, 'partly');
    assert.deepEqual(
      last.images.map(({ state }) => state),
      ['unchanged', 'failed'],
    );
    assert.match(last.images[1]?.problem ?? '', /docker\.io/);
    assert.match(update.tail(), /Done in part in .*: 0 images fetched .*, 1 unchanged, 1 failed/);
    await assertServes(keeping.mirror, 'library/early', '1', early);

    hub.link.setFaults({});
    await hub.registry.start();
    // It has forgotten that it does not want to ask the registry for a while.
    await keeping.mirror.restart();
    await keeping.update();
    assert.ok(resumed(hub), 'it was taken up again by Range');
    assert.ok(hub.counter.blobBytes() <= uniqueBlobBytes(image) * 1.1, 'what had come was not fetched again');
    await hub.stop();
    await assertServes(keeping.mirror, 'library/app', '1', image);
  });
});

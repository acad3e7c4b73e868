import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Parts } from '../parts/cleanup.js';
import { smallImage, uniqueBlobBytes } from '../parts/images.js';
import { lacking } from '../parts/needs.js';
import { tempFolder } from '../parts/temp.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';
import { crash, resumed, SLOW, twoLayers } from './breaking.js';
import { type Keeping, type KeepingOptions, startKeeping } from './keeping.js';
import { assertServes } from './pulling.js';

const skip = lacking({ programs: ['docker-registry', 'openssl'] });

/** Seconds that Distribution accepts a token after its end. */
const LEEWAY = 60;

describe('an update from stock Distribution', { skip, timeout: 180_000 }, () => {
  let parts: Parts;
  beforeEach(() => {
    parts = new Parts();
  });
  afterEach(() => parts.close());

  async function keepingFrom(
    hub: TestUpstream,
    options: Omit<KeepingOptions, 'upstreams'> = {},
  ): Promise<Keeping> {
    const upstreams = [{ host: 'docker.io', endpoint: hub.endpoint }];
    return parts.add(await startKeeping({ upstreams, ...options }));
  }

  it('asks for one token a repository, and for none again while they are good', async () => {
    const hub = parts.add(await startUpstream());
    for (const name of ['a', 'b', 'c']) {
      await hub.publish(smallImage(`tokens-${name}`), `owner/${name}`, '1');
      await hub.publish(smallImage(`tokens-${name}`), `owner/${name}`, '2');
    }
    const keeping = await keepingFrom(hub);
    await keeping.list(...['a', 'b', 'c'].flatMap((name) => [`owner/${name}:1`, `owner/${name}:2`]));
    const published = hub.tokens.requests.length;
    await keeping.update();
    const scopes = () => hub.tokens.requests.slice(published).flatMap(({ scopes: each }) => each);
    assert.deepEqual(
      scopes().sort(),
      ['a', 'b', 'c'].map((name) => `repository:owner/${name}:pull`),
    );
    await keeping.update();
    assert.equal(scopes().length, 3);
  });

  it('takes a new token when one ends in the middle, whatever was said about its time', async () => {
    const refusedAfter = 2 - LEEWAY;
    const hub = parts.add(await startUpstream({ privatePull: true, refusedAfter }));
    const image = twoLayers('ending');
    await hub.publish(image, 'library/app', '1');
    const { username, password } = hub.access;
    const folder = parts.add(await tempFolder());
    const credentials = folder.file('auth.json');
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    const auths = { 'https://index.docker.io/v1/': { auth } };
    await writeFile(credentials, JSON.stringify({ auths }), { mode: 0o600 });
    const keeping = await keepingFrom(hub, { credentials, parallel: 1 });
    await keeping.list('app:1');
    const published = hub.tokens.requests.length;
    hub.link.setFaults({ rate: SLOW });
    const update = await keeping.begin();
    await waitFor(() => hub.counter.blobBytes() > 0, { what: 'the first layer is under way' });
    hub.link.setFaults({ rate: SLOW, silent: true });
    await sleep(4_000);
    hub.link.setFaults({});
    const { code } = await update.ended;
    assert.equal(code, 0, update.tail());
    const asked = hub.tokens.requests.slice(published);
    assert.ok(asked.length >= 2, 'a second token was needed');
    assert.ok(asked.length <= 3, 'and not one for each request');
    assert.ok(asked.every((each) => each.username === username && each.status === 200));
    assert.equal(hub.counter.blobBytes(), uniqueBlobBytes(image));
  });

  it('goes on by Range when the registry was killed and comes back', async () => {
    const hub = parts.add(await startUpstream());
    const image = twoLayers('killed');
    const other = smallImage('killed-other');
    await hub.publish(image, 'library/app', '1');
    await hub.publish(other, 'library/other', '1');
    const keeping = await keepingFrom(hub, { parallel: 1 });
    await keeping.list('app:1', 'other:1');
    hub.link.setFaults({ rate: SLOW });
    const update = await keeping.begin();
    await waitFor(() => hub.counter.blobBytes() > 500_000, { what: 'the first layer is half there' });
    await crash(hub);
    await hub.registry.start();
    hub.link.setFaults({});
    const { code } = await update.ended;
    assert.equal(code, 0, update.tail());
    assert.deepEqual(
      (await keeping.last()).images.map(({ state }) => state),
      ['fetched', 'fetched'],
    );
    assert.ok(resumed(hub), 'it was taken up again by Range');
    await hub.stop();
    await assertServes(keeping.mirror, 'library/app', '1', image);
    await assertServes(keeping.mirror, 'library/other', '1', other);
  });
});

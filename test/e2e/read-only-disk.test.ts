import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { type Image, smallImage } from '../parts/images.js';
import { type Mirror, type MirrorOptions, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { publish } from '../parts/publish.js';
import { RegistryClient } from '../parts/registry-client.js';
import { tempFolder } from '../parts/temp.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { assertServes } from './pulling.js';

const skip = lacking({ programs: ['unshare', 'docker-registry', 'openssl'], root: true });

describe('a mirror whose data is on a read-only file system', { skip, timeout: 240_000 }, () => {
  const parts = new Parts();
  const [hub, other, pushed, missing] = ['hub', 'other', 'pushed', 'missing'].map((seed) =>
    smallImage(`read-only-${seed}`),
  ) as [Image, Image, Image, Image];
  let upstream: TestUpstream;
  let rootDirectory: string;
  let files: readonly string[];

  before(async () => {
    const folder = parts.add(await tempFolder('dm-ro'));
    rootDirectory = folder.file('data');
    upstream = parts.add(await startUpstream());
    await upstream.publish(hub, 'library/hub', '1');
    await upstream.publish(other, 'team/other', '1');
    await upstream.publish(missing, 'library/missing', '1');
    const filled = parts.add(await startMirror({ rootDirectory, upstreams: upstreams(), push: 'loopback' }));
    await publish(pushed, { url: filled.url, repository: 'pushed/app', tag: '1' });
    await assertServes(filled, 'library/hub', '1', hub);
    await assertServes(filled, 'other.example/team/other', '1', other);
    await filled.close();
    files = await readdir(rootDirectory, { recursive: true });
  });
  after(() => parts.close());

  function upstreams(): NonNullable<MirrorOptions['upstreams']> {
    const { endpoint } = upstream;
    return [
      { host: 'docker.io', endpoint },
      { host: 'other.example', endpoint },
    ];
  }

  async function onReadOnlyDisk(
    options: MirrorOptions,
    check: (mirror: Mirror) => Promise<void>,
  ): Promise<void> {
    const mirror = await startMirror({ rootDirectory, readOnlyDisk: true, ...options });
    try {
      await check(mirror);
      assert.deepEqual((await readdir(rootDirectory, { recursive: true })).sort(), [...files].sort());
    } finally {
      await mirror.close();
    }
  }

  async function servesAll(mirror: Mirror): Promise<void> {
    await assertServes(mirror, 'library/hub', '1', hub);
    await assertServes(mirror, 'other.example/team/other', '1', other);
    await assertServes(mirror, 'pushed/app', '1', pushed);
  }

  it('serves all that is there, without any upstream', async () => {
    await onReadOnlyDisk({ readOnly: true, push: 'none' }, async (mirror) => {
      await servesAll(mirror);
      const errors = mirror.log.filter(({ level }) => level === 'error' || level === 'warn');
      assert.deepEqual(errors, []);
      const refused = await publish(missing, { url: mirror.url, repository: 'pushed/app', tag: '2' }).catch(
        String,
      );
      assert.match(String(refused), /40[35]/);
    });
  });

  it('serves all that is there, offline and when the upstreams are down', async () => {
    await onReadOnlyDisk({ readOnly: true, offline: true, upstreams: upstreams() }, servesAll);
    await upstream.stop();
    try {
      await onReadOnlyDisk({ upstreams: upstreams() }, servesAll);
    } finally {
      await upstream.start();
    }
  });

  it('serves all that is there with upstreams that answer, and passes on what it cannot keep', async () => {
    await onReadOnlyDisk({ upstreams: upstreams() }, async (mirror) => {
      await servesAll(mirror);
      await assertServes(mirror, 'library/missing', '1', missing);
    });
  });

  it('refuses a push with what is wrong, although pushing is allowed', async () => {
    await onReadOnlyDisk({ push: 'loopback' }, async (mirror) => {
      const answer = await new RegistryClient(mirror).send('/v2/pushed/app/blobs/uploads/', {
        method: 'POST',
      });
      assert.equal(answer.status, 503);
      assert.match(answer.text(), /"UNAVAILABLE".*its file system is read-only/);
    });
  });
});

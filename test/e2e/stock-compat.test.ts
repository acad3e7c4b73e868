import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { stringify } from 'yaml';
import { run } from '#src/host/exec.js';
import { Parts } from '../parts/cleanup.js';
import { type AnyImage, buildArtifact, multiImage, smallImage } from '../parts/images.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { publish } from '../parts/publish.js';
import { RegistryClient } from '../parts/registry-client.js';
import { type StockRegistry, startStockRegistry } from '../parts/stock-registry.js';
import { tempFolder } from '../parts/temp.js';
import { startUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';
import { assertServes, pullAnyImage } from './pulling.js';

const skip = lacking({ programs: ['docker-registry', 'openssl'] });

const SECOND = 'second.example';

/** An image and the name it has in the store. */
interface Held {
  readonly image: AnyImage;
  readonly repository: string;
  readonly tag: string;
}

describe('the stock registry on the folder of the mirror', { skip, timeout: 120_000 }, () => {
  const parts = new Parts();
  const shared = multiImage('compat-shared');
  const cached: readonly Held[] = [
    { image: smallImage('compat-docker', { flavour: 'docker' }), repository: 'library/app', tag: '1' },
    { image: shared, repository: 'team/deep/er/app', tag: 'v1.0_x' },
    { image: shared, repository: `${SECOND}/team/app`, tag: 'latest' },
  ];
  const pushedImage = multiImage('compat-pushed', { flavour: 'docker' });
  const pushed: readonly Held[] = [
    { image: pushedImage, repository: 'pushed/app', tag: '1' },
    { image: smallImage('compat-single'), repository: 'pushed/app', tag: '2' },
    { image: shared, repository: 'one-component', tag: 'x' },
  ];
  const artifact = buildArtifact({
    subject: pushedImage,
    artifactType: 'application/vnd.test.note',
    content: Buffer.from('a note'),
  });
  let mirror: Mirror;
  let stock: StockRegistry;

  before(async () => {
    const hub = parts.add(await startUpstream());
    const other = parts.add(await startUpstream());
    for (const { image, repository, tag } of cached) {
      const second = repository.startsWith(`${SECOND}/`);
      await (second ? other : hub).publish(image, repository.replace(`${SECOND}/`, ''), tag);
    }
    const upstreams = [
      { host: 'docker.io', endpoint: hub.endpoint },
      { host: SECOND, endpoint: other.endpoint },
    ];
    mirror = parts.add(await startMirror({ upstreams, push: 'loopback', deleteEnabled: true }));
    const client = new RegistryClient(mirror);
    for (const { image, repository, tag } of cached) await pullAnyImage(client, repository, tag, image);
    for (const { image, repository, tag } of pushed) await publish(image, { ...mirror, repository, tag });
    await publish(artifact, { ...mirror, repository: 'pushed/app' });
    stock = parts.add(await startStockRegistry({ rootDirectory: mirror.rootDirectory }));
  });
  after(() => parts.close());

  it('serves every cached and every pushed image', async () => {
    for (const { image, repository, tag } of [...cached, ...pushed]) {
      await assertServes(stock, repository, tag, image);
    }
    await assertServes(stock, 'pushed/app', artifact.manifest.digest, artifact);
  });

  it('lists the same tags and repositories as the mirror', async () => {
    const repositories = [...new Set([...cached, ...pushed].map(({ repository }) => repository))];
    for (const url of [stock.url, mirror.url]) {
      const client = new RegistryClient({ url });
      const catalog = (await client.send('/v2/_catalog?n=1000')).json() as { repositories: string[] };
      assert.deepEqual(catalog.repositories.toSorted(), repositories.toSorted(), url);
    }
    const tags = await new RegistryClient(stock).send('/v2/pushed/app/tags/list');
    assert.deepEqual(((tags.json() as { tags: string[] }).tags ?? []).toSorted(), ['1', '2']);
  });

  it('collects garbage without taking anything that is needed', async () => {
    const folder = parts.add(await tempFolder());
    const config = folder.file('config.yml');
    const storage = { filesystem: { rootdirectory: mirror.rootDirectory }, delete: { enabled: true } };
    await writeFile(config, stringify({ version: 0.1, storage, http: { addr: '127.0.0.1:0' } }));
    await run('docker-registry', ['garbage-collect', config]);
    for (const { image, repository, tag } of [...cached, ...pushed]) {
      await assertServes(stock, repository, tag, image);
      await assertServes(mirror, repository, tag, image);
    }
  });

  it('writes what the mirror serves, soon and after a restart', async () => {
    const written: Held = { image: multiImage('compat-stock'), repository: 'stock/wrote', tag: 'it' };
    const again: Held = { image: smallImage('compat-again'), repository: 'pushed/app', tag: '1' };
    for (const { image, repository, tag } of [written, again]) {
      await publish(image, { ...stock, repository, tag });
      // What the mirror served a moment ago it may serve for another moment without looking.
      await waitFor(() => leadsTo(repository, tag, image), {
        what: `the mirror serves ${repository}:${tag} as stock wrote it`,
        interval: 100,
      });
      await assertServes(mirror, repository, tag, image);
    }
    await stock.stop();
    await mirror.restart();
    for (const { image, repository, tag } of [written, again]) {
      await assertServes(mirror, repository, tag, image);
    }
    const tags = await new RegistryClient(mirror).send('/v2/stock/wrote/tags/list');
    assert.deepEqual(tags.json(), { name: 'stock/wrote', tags: ['it'] });
  });

  it('wrote what the mirror can delete', async () => {
    const client = new RegistryClient(mirror);
    const tagged = await client.manifest('stock/wrote', 'it');
    const digest = tagged.header('docker-content-digest') ?? '';
    assert.equal((await client.manifest('stock/wrote', digest, { method: 'DELETE' })).status, 202);
    assert.equal((await client.manifest('stock/wrote', digest)).status, 404);
    assert.equal((await client.manifest('stock/wrote', 'it')).status, 404);
  });

  async function leadsTo(repository: string, tag: string, image: AnyImage): Promise<boolean> {
    const answer = await new RegistryClient(mirror).manifest(repository, tag, { method: 'HEAD' });
    return answer.header('docker-content-digest') === image.manifest.digest;
  }
});

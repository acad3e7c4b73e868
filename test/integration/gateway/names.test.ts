import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OciError } from '#src/oci/error-code.js';
import { asPart } from '../../parts/cleanup.js';
import { type ScriptedRegistry, startScriptedRegistry } from '../../parts/scripted-registry.js';
import { startMirror, type TestMirror, type TestMirrorOptions } from './mirror.js';
import { errorCodeOf, withParts } from './scene.js';

const INDEX = 'application/vnd.oci.image.index.v1+json';

/** DESIGN: names on the wire. What is asked for, whom it is asked of, and under which name it is kept. */
describe('a name on the wire', () => {
  const cases: readonly [asked: string, registry: string, remote: string, stored: string][] = [
    ['node', 'hub', 'library/node', 'library/node'],
    ['library/node', 'hub', 'library/node', 'library/node'],
    ['minio/minio', 'hub', 'minio/minio', 'minio/minio'],
    ['docker.io/library/node', 'hub', 'library/node', 'library/node'],
    ['docker.io/node', 'hub', 'library/node', 'library/node'],
    ['index.docker.io/minio/minio', 'hub', 'minio/minio', 'minio/minio'],
    ['registry-1.docker.io/minio/minio', 'hub', 'minio/minio', 'minio/minio'],
    ['ghcr.io/owner/app', 'ghcr', 'owner/app', 'ghcr.io/owner/app'],
    ['ghcr.io/app', 'ghcr', 'app', 'ghcr.io/app'],
    ['GHCR.io:443/app', 'refused', '', ''],
    ['local.test:5000/team/app', 'port', 'team/app', 'local.test_5000/team/app'],
    ['local.test_5000/team/app', 'port', 'team/app', 'local.test_5000/team/app'],
    ['minio', 'ghcr', 'listed/minio', 'ghcr.io/listed/minio'],
    ['stack/router', 'ghcr', 'project/stack/router', 'ghcr.io/project/stack/router'],
  ];
  for (const [asked, registry, remote, stored] of cases) {
    it(
      `${asked} means ${registry === 'refused' ? 'nobody' : `${remote} of ${registry}`}`,
      world(async ({ mirror, registries }) => {
        const answer = await mirror.send(`/v2/${asked}/manifests/latest`);
        if (registry === 'refused') {
          assert.equal(answer.status, 403);
          return;
        }
        assert.equal(answer.status, 200, answer.text());
        assert.equal(answer.header('oci-namespace'), undefined);
        assertAskedOnly(registries, registry, remote);
        assert.notEqual(await mirror.store.repositories.readTag(stored, 'latest'), undefined);
      }),
    );
  }

  const spaced: readonly [name: string, ns: string, registry: string, remote: string, stored: string][] = [
    ['library/node', 'docker.io', 'hub', 'library/node', 'library/node'],
    ['node', 'docker.io', 'hub', 'library/node', 'library/node'],
    ['owner/app', 'ghcr.io', 'ghcr', 'owner/app', 'ghcr.io/owner/app'],
    ['owner/app', 'GHCR.IO', 'ghcr', 'owner/app', 'ghcr.io/owner/app'],
    ['minio', 'ghcr.io', 'ghcr', 'minio', 'ghcr.io/minio'],
    ['team/app', 'local.test:5000', 'port', 'team/app', 'local.test_5000/team/app'],
    ['ghcr.io/owner/app', 'docker.io', 'hub', 'ghcr.io/owner/app', 'ghcr.io/owner/app'],
  ];
  for (const [name, ns, registry, remote, stored] of spaced) {
    it(
      `${name} with ns=${ns} means ${remote} of ${registry}`,
      world(async ({ mirror, registries }) => {
        const answer = await mirror.send(`/v2/${name}/manifests/latest?ns=${encodeURIComponent(ns)}`);
        assert.equal(answer.status, 200, answer.text());
        assert.equal(answer.header('oci-namespace'), ns);
        assertAskedOnly(registries, registry, remote);
        assert.notEqual(await mirror.store.repositories.readTag(stored, 'latest'), undefined);
      }),
    );
  }

  it(
    "with ns of the mirror's own address means what it means without",
    world(async ({ mirror, registries }) => {
      const own = new URL(mirror.url).host;
      const answer = await mirror.send(`/v2/node/manifests/latest?ns=${own}`);
      assert.equal(answer.status, 200);
      assertAskedOnly(registries, 'hub', 'library/node');
    }),
  );

  it(
    'that was pushed here is served as pushed, though an alias and an upstream have one too',
    world(async ({ mirror, registries }) => {
      const bytes = JSON.stringify({ schemaVersion: 2, manifests: [], annotations: { of: 'mine' } });
      for (const name of ['minio', 'node']) {
        const path = `/v2/${name}/manifests/latest`;
        const pushed = await mirror.send(path, {
          method: 'PUT',
          headers: { 'content-type': INDEX },
          body: bytes,
        });
        assert.equal(pushed.status, 201, pushed.text());
        assert.equal((await mirror.send(path)).text(), bytes);
      }
      for (const registry of registries.values()) assert.equal(registry.requests.length, 0);
      const other = await mirror.send('/v2/node/manifests/latest?ns=docker.io');
      assert.notEqual(other.text(), bytes, 'ns means the upstream');
    }),
  );

  it(
    'is an error when two listed images share the alias',
    world(async ({ mirror, registries }) => {
      const answer = await mirror.send('/v2/twice/manifests/latest');
      assert.equal(answer.status, 409);
      assert.match(answer.text(), /both/);
      for (const registry of registries.values()) assert.equal(registry.requests.length, 0);
    }),
  );

  for (const path of [
    '/v2/quay.io/coreos/etcd/manifests/latest',
    '/v2/coreos/etcd/manifests/latest?ns=quay.io',
    '/v2/localhost/app/manifests/latest',
    '/v2/127.0.0.1:8080/app/manifests/latest',
    '/v2/app/manifests/latest?ns=169.254.169.254',
    '/v2/app/manifests/latest?ns=ghcr.io.evil.test',
    '/v2/app/manifests/latest?ns=ghcr.io%2F..%2F',
    '/v2/app/manifests/latest?ns=user%40ghcr.io',
    `/v2/quay.io/app/blobs/sha256:${'0'.repeat(64)}`,
    '/v2/quay.io/app/tags/list',
  ]) {
    it(
      `of a host that was not configured is refused: ${path.slice(4)}`,
      world(async ({ mirror, registries }) => {
        const answer = await mirror.send(path);
        assert.equal(answer.status, 403, answer.text());
        assert.equal(errorCodeOf(answer), 'DENIED');
        assert.match(answer.text(), /mirror\.upstreams/);
        for (const registry of registries.values()) assert.equal(registry.requests.length, 0);
      }),
    );
  }

  it(
    'without a default upstream is only what was pushed here',
    world(
      async ({ mirror, registries }) => {
        assert.equal((await mirror.send('/v2/library/node/manifests/latest')).status, 404);
        assert.equal((await mirror.send('/v2/docker.io/library/node/manifests/latest')).status, 200);
        assertAskedOnly(registries, 'hub', 'library/node');
        assert.notEqual(
          await mirror.store.repositories.readTag('docker.io/library/node', 'latest'),
          undefined,
        );
      },
      { noDefault: true },
    ),
  );
});

interface World {
  readonly mirror: TestMirror;
  readonly registries: ReadonlyMap<string, ScriptedRegistry>;
}

const ALIASES: Record<string, { host: string; repository: string }> = {
  minio: { host: 'ghcr.io', repository: 'listed/minio' },
  'stack/router': { host: 'ghcr.io', repository: 'project/stack/router' },
};

/** A mirror with three upstreams, each of which has every repository that is asked for here. */
function world(body: (world: World) => Promise<void>, options: TestMirrorOptions = {}): () => Promise<void> {
  return withParts(async (parts) => {
    const hosts = { hub: 'docker.io', ghcr: 'ghcr.io', port: 'local.test:5000' };
    const registries = new Map<string, ScriptedRegistry>();
    const upstreams = [];
    for (const [name, host] of Object.entries(hosts)) {
      const registry = await startScriptedRegistry();
      parts.add(asPart(() => registry.close()));
      registries.set(name, registry);
      upstreams.push({ host, endpoint: registry.endpoint });
      for (const repository of REPOSITORIES) {
        const document = { schemaVersion: 2, manifests: [], annotations: { of: `${name}/${repository}` } };
        registry.library.addManifest(repository, document, 'latest', INDEX);
      }
    }
    const alias = (name: string) =>
      name === 'twice' ? new OciError('UNSUPPORTED', 'both have it', { status: 409 }) : ALIASES[name];
    const mirror = parts.add(await startMirror({ ...options, upstreams, gateway: { alias } }));
    await body({ mirror, registries });
  });
}

const REPOSITORIES = [
  'library/node',
  'minio/minio',
  'minio',
  'owner/app',
  'app',
  'team/app',
  'listed/minio',
  'project/stack/router',
  'ghcr.io/owner/app',
];

function assertAskedOnly(
  registries: ReadonlyMap<string, ScriptedRegistry>,
  wanted: string,
  repository: string,
): void {
  for (const [name, registry] of registries) {
    const asked = new Set(
      registry.requests.map(({ path }) => path.slice('/v2/'.length, path.indexOf('/manifests/'))),
    );
    assert.deepEqual([...asked], name === wanted ? [repository] : [], name);
  }
}

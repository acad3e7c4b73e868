import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { digestOf } from '../../parts/scripted-registry.js';
import { errorOf, imageOf, type PushScene, publish, pushImage, pushScene, verdict } from './push-scene.js';
import { untilKept } from './scene.js';

const APP = imageOf('app');
const LAYER = digestOf(APP.layer);
const HOSTS = ['docker.io', 'ghcr.io', 'registry.example.com:5000', '[2001:db8::7]:5000'];
const IMAGES = [
  'minio/minio:latest',
  'ghcr.io/vllm-project/production-stack/router:v1',
  'registry.example.com:5000/tools/lint:1',
  'quay.io/prometheus/node-exporter:v1',
  'grafana/loki:3',
  'ghcr.io/loki:1',
].join('\n');

interface Row {
  /** What stands between `/v2/` and `/manifests/`. */
  readonly name: string;
  readonly ns?: string;
  readonly host: string;
  readonly repository: string;
  readonly stored: string;
}

const ROWS: readonly Row[] = [
  // The default upstream, and library/ for names of one component.
  { name: 'node', host: 'docker.io', repository: 'library/node', stored: 'library/node' },
  { name: 'library/node', host: 'docker.io', repository: 'library/node', stored: 'library/node' },
  { name: 'team/app', host: 'docker.io', repository: 'team/app', stored: 'team/app' },
  { name: 'a/b/c/d', host: 'docker.io', repository: 'a/b/c/d', stored: 'a/b/c/d' },
  // A host in front.
  { name: 'ghcr.io/owner/app', host: 'ghcr.io', repository: 'owner/app', stored: 'ghcr.io/owner/app' },
  { name: 'ghcr.io/app', host: 'ghcr.io', repository: 'app', stored: 'ghcr.io/app' },
  { name: 'docker.io/node', host: 'docker.io', repository: 'library/node', stored: 'library/node' },
  { name: 'index.docker.io/team/app', host: 'docker.io', repository: 'team/app', stored: 'team/app' },
  {
    name: 'registry.example.com_5000/app',
    host: 'registry.example.com:5000',
    repository: 'app',
    stored: 'registry.example.com_5000/app',
  },
  {
    name: 'registry.example.com:5000/team/app',
    host: 'registry.example.com:5000',
    repository: 'team/app',
    stored: 'registry.example.com_5000/team/app',
  },
  {
    name: 'ip6-2001-db8--7_5000/app',
    host: '[2001:db8::7]:5000',
    repository: 'app',
    stored: 'ip6-2001-db8--7_5000/app',
  },
  // ns, which wins over whatever the name looks like.
  { name: 'owner/app', ns: 'ghcr.io', host: 'ghcr.io', repository: 'owner/app', stored: 'ghcr.io/owner/app' },
  { name: 'owner/app', ns: 'GHCR.io', host: 'ghcr.io', repository: 'owner/app', stored: 'ghcr.io/owner/app' },
  { name: 'app', ns: 'ghcr.io', host: 'ghcr.io', repository: 'app', stored: 'ghcr.io/app' },
  { name: 'minio', ns: 'ghcr.io', host: 'ghcr.io', repository: 'minio', stored: 'ghcr.io/minio' },
  { name: 'node', ns: 'docker.io', host: 'docker.io', repository: 'library/node', stored: 'library/node' },
  {
    name: 'node',
    ns: 'registry-1.docker.io',
    host: 'docker.io',
    repository: 'library/node',
    stored: 'library/node',
  },
  {
    name: 'app',
    ns: 'registry.example.com:5000',
    host: 'registry.example.com:5000',
    repository: 'app',
    stored: 'registry.example.com_5000/app',
  },
  // Aliases of listed images.
  { name: 'minio', host: 'docker.io', repository: 'minio/minio', stored: 'minio/minio' },
  {
    name: 'vllm-project/production-stack/router',
    host: 'ghcr.io',
    repository: 'vllm-project/production-stack/router',
    stored: 'ghcr.io/vllm-project/production-stack/router',
  },
  {
    name: 'tools/lint',
    host: 'registry.example.com:5000',
    repository: 'tools/lint',
    stored: 'registry.example.com_5000/tools/lint',
  },
];

/** Sends a path as it is: a URL would be tidied up before it is sent. */
function sendRaw(scene: PushScene, method: string, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(scene.url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, agent: false }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString('utf8');
      resolve({ status: response.statusCode ?? 0, body });
    });
    sent.once('error', reject);
    sent.end();
  });
}

function requestsOf(scene: PushScene): string[] {
  return HOSTS.flatMap((host) => scene.registry(host).requests.map(({ path }) => `${host} ${path}`));
}

describe('a name on the wire', () => {
  it(
    'means one repository of one upstream, and no other is asked',
    pushScene(
      async (scene) => {
        for (const [position, { name, ns, host, repository, stored }] of ROWS.entries()) {
          const query = ns === undefined ? '' : `?ns=${encodeURIComponent(ns)}`;
          const row = `${name}${query}`;
          const [image, tag] = [imageOf(row), `v${position}`];
          publish(scene.registry(host), repository, tag, image);
          const manifest = await scene.send(`/v2/${name}/manifests/${tag}${query}`);
          assert.deepEqual(manifest.body, image.manifest, row);
          assert.equal(manifest.header('oci-namespace'), ns, row);
          const blob = await scene.send(`/v2/${name}/blobs/${digestOf(image.layer)}${query}`);
          assert.deepEqual(blob.body, image.layer, row);
          await untilKept(scene);
          assert.equal(await scene.store.repositories.readTag(stored, tag), image.digest, row);
          const others = requestsOf(scene).filter((line) => !line.startsWith(`${host} /v2/${repository}/`));
          assert.deepEqual(others, [], row);
          for (const each of HOSTS) scene.registry(each).requests.splice(0);
        }
      },
      { hosts: HOSTS, images: IMAGES },
    ),
  );

  it(
    'means what it says when ns is the address of this mirror, or empty',
    pushScene(async (scene) => {
      publish(scene.hub, 'library/node', 'v1', APP);
      for (const ns of [new URL(scene.url).host, '']) {
        const answer = await scene.send(`/v2/node/manifests/v1?ns=${ns}`);
        assert.deepEqual(answer.body, APP.manifest);
        assert.equal(answer.header('oci-namespace'), undefined);
      }
    }),
  );

  it(
    'means what was pushed under it, then its alias',
    pushScene(
      async (scene) => {
        const pushed = imageOf('pushed');
        publish(scene.hub, 'minio/minio', 'v1', APP);
        publish(scene.hub, 'minio/minio', 'v2', APP);
        await pushImage(scene, 'minio', 'v1', pushed);
        assert.deepEqual((await scene.send('/v2/minio/manifests/v1')).body, pushed.manifest);
        assert.deepEqual((await scene.send('/v2/minio/manifests/v2')).body, APP.manifest);
      },
      { hosts: HOSTS, images: IMAGES },
    ),
  );

  it(
    'is refused when two listed images share it, naming both, and nobody is asked',
    pushScene(
      async (scene) => {
        for (const path of ['manifests/3', `blobs/${LAYER}`]) {
          const answer = await scene.send(`/v2/loki/${path}`);
          assert.deepEqual(verdict(answer), [404, 'NAME_UNKNOWN']);
          assert.match(errorOf(answer)?.message ?? '', /grafana\/loki.*ghcr\.io\/loki/);
        }
        assert.deepEqual(requestsOf(scene), []);
        publish(scene.hub, 'grafana/loki', '3', APP);
        assert.equal(
          (await scene.send('/v2/grafana/loki/manifests/3')).status,
          200,
          'the full name is clear',
        );
      },
      { hosts: HOSTS, images: IMAGES },
    ),
  );
});

describe('a host that is no upstream', () => {
  it(
    'is refused with the setting that would allow it, and nobody is asked',
    pushScene(
      async (scene) => {
        const paths = [
          '/v2/quay.io/team/app/manifests/v1',
          '/v2/localhost/app/manifests/v1',
          '/v2/other.example:5000/app/manifests/v1',
          '/v2/team/app/manifests/v1?ns=quay.io',
          '/v2/team/app/manifests/v1?ns=169.254.169.254',
          '/v2/team/app/manifests/v1?ns=ghcr.io%2f..',
          '/v2/team/app/manifests/v1?ns=ghcr.io@quay.io',
          `/v2/quay.io/team/app/blobs/${LAYER}`,
          `/v2/team/app/blobs/${LAYER}?ns=quay.io`,
          '/v2/team/app/tags/list?ns=quay.io',
          '/v2/quay.io/team/app/tags/list',
          `/v2/team/app/referrers/${LAYER}?ns=quay.io`,
          '/v2/prometheus/node-exporter/manifests/v1',
        ];
        for (const path of paths) {
          const answer = await scene.send(path);
          assert.deepEqual(verdict(answer), [403, 'DENIED'], path);
          assert.match(errorOf(answer)?.message ?? '', /mirror\.upstreams/, path);
        }
        assert.deepEqual(requestsOf(scene), []);
      },
      { hosts: HOSTS, images: IMAGES },
    ),
  );
});

describe('a registry without upstreams', () => {
  it(
    'has what was pushed to it, and nothing else',
    pushScene(
      async (scene) => {
        await pushImage(scene, 'node', 'v1', APP);
        assert.deepEqual((await scene.send('/v2/node/manifests/v1')).body, APP.manifest);
        assert.deepEqual(verdict(await scene.send('/v2/node/manifests/v2')), [404, 'MANIFEST_UNKNOWN']);
        assert.deepEqual(verdict(await scene.send(`/v2/redis/blobs/${LAYER}`)), [404, 'BLOB_UNKNOWN']);
        assert.deepEqual(verdict(await scene.send('/v2/redis/tags/list')), [404, 'NAME_UNKNOWN']);
      },
      { hosts: [] },
    ),
  );

  it(
    'may have upstreams for names that say so',
    pushScene(
      async (scene) => {
        publish(scene.hub, 'owner/app', 'v1', APP);
        assert.deepEqual((await scene.send('/v2/ghcr.io/owner/app/manifests/v1')).body, APP.manifest);
        assert.deepEqual(verdict(await scene.send('/v2/owner/app/manifests/v1')), [404, 'MANIFEST_UNKNOWN']);
      },
      { hosts: ['ghcr.io'], noDefault: true },
    ),
  );
});

describe('a path that is a trick', () => {
  const long = 'a'.repeat(256);
  const names = [
    '..',
    '../..',
    '%2e%2e',
    '%2e%2e%2f%2e%2e',
    'team%2fapp',
    'team/../../etc',
    'team%00',
    '.',
    '',
  ]
    .concat(['Team/App', 'té', 't%C3%A9', '%ff', '%', '%zz', 'team//app', '/team', 'team/', 'a b', '_mirror'])
    .concat([long, `team/${'a/'.repeat(130)}a`, 'team\\..\\app', 'team/_uploads', '-a', 'a..b', 'a%0d%0ab'])
    .map((name) => name.replace(' ', '%20'));

  it(
    'is refused in the form of every other error, and leads nowhere',
    pushScene(async (scene) => {
      const folder = join(scene.root, '..');
      const before = await readdir(folder, { recursive: true });
      const tricks = names.flatMap((name) => [
        ['GET', `/v2/${name}/manifests/v1`],
        ['GET', `/v2/${name}/blobs/${LAYER}`],
        ['GET', `/v2/${name}/tags/list`],
        ['GET', `/v2/${name}/referrers/${LAYER}`],
        ['PUT', `/v2/${name}/manifests/v1`],
        ['POST', `/v2/${name}/blobs/uploads/`],
        ['DELETE', `/v2/${name}/manifests/${LAYER}`],
      ]);
      for (const last of [
        '..',
        '%2e%2e',
        '..%2f..',
        'v1%00',
        '.hidden',
        `v${'1'.repeat(128)}`,
        'sha256:..',
        '',
      ]) {
        for (const method of ['GET', 'PUT', 'DELETE'])
          tricks.push([method, `/v2/team/app/manifests/${last}`]);
        tricks.push(['GET', `/v2/team/app/blobs/${last}`], ['PATCH', `/v2/team/app/blobs/uploads/${last}x`]);
      }
      tricks.push(['GET', '/v2/../etc/passwd'], ['GET', '/%2e%2e/v2/'], ['GET', '//v2/'], ['GET', '/v2//']);
      tricks.push(['GET', '/v2/..%2f..%2f_catalog'], ['GET', '/V2/'], ['GET', '/'], ['OPTIONS', '*']);
      for (const [method = '', path = ''] of tricks) {
        const answer = await sendRaw(scene, method, path);
        assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${method} ${path}`);
        const [error] = (JSON.parse(answer.body) as { errors: { code: string }[] }).errors;
        assert.match(error?.code ?? '', /^[A-Z_]+$/, `${method} ${path}`);
      }
      assert.deepEqual(await readdir(folder, { recursive: true }), before);
      assert.deepEqual(scene.hub.requests, []);
    }),
  );
});

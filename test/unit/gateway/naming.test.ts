import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AliasLookup, type Naming, resolveName } from '#src/gateway/naming.js';
import { OciError } from '#src/oci/error-code.js';
import { isRepository } from '#src/oci/name.js';
import { upstreamOf } from './upstreams.js';

const COLLISION = new OciError('NAME_INVALID', 'two listed images share that alias');

const alias: AliasLookup = (name) =>
  ({
    minio: { host: 'docker.io', repository: 'minio/minio' },
    single: { host: 'docker.io', repository: 'single' },
    'vllm-project/router': { host: 'GHCR.io', repository: 'vllm-project/production-stack/router' },
    'far/image': { host: 'quay.io', repository: 'far/image' },
    'quay.io/odd': { host: 'ghcr.io', repository: 'odd' },
    both: COLLISION,
  })[name];

function namingWith(hosts: readonly string[], defaultHost: string | undefined): Naming {
  const upstreams = new Map(hosts.map((host) => [host, upstreamOf(host)]));
  const defaultUpstream = defaultHost === undefined ? undefined : upstreams.get(defaultHost);
  return { upstreams, defaultUpstream, alias };
}

const HOSTS = ['docker.io', 'ghcr.io', 'host:5000', '[fe80::1]:5000', '[::1]', 'plain', '[fe80::]:80'];
const hub = namingWith(HOSTS, 'docker.io');
const other = namingWith(HOSTS, 'ghcr.io');
const none = namingWith(['docker.io'], undefined);

type Row = readonly [
  naming: Naming,
  name: string,
  ns: string | undefined,
  host: string | undefined,
  repository: string | undefined,
  stored: string | undefined,
];

function describeRow([naming, name, ns, host, repository]: Row): string {
  const from = naming.defaultUpstream?.host ?? 'none';
  return `${name}${ns === undefined ? '' : `?ns=${ns}`} (default: ${from}) is ${host ?? 'nowhere'}'s ${repository ?? 'nothing'}`;
}

describe('resolveName', () => {
  const rows: readonly Row[] = [
    // 1. The namespace.
    [hub, 'library/node', 'docker.io', 'docker.io', 'library/node', 'library/node'],
    [hub, 'node', 'docker.io', 'docker.io', 'library/node', 'library/node'],
    [hub, 'node', 'registry-1.docker.io', 'docker.io', 'library/node', 'library/node'],
    [hub, 'owner/app', 'ghcr.io', 'ghcr.io', 'owner/app', 'ghcr.io/owner/app'],
    [hub, 'app', 'GHCR.IO', 'ghcr.io', 'app', 'ghcr.io/app'],
    [hub, 'app', 'host:5000', 'host:5000', 'app', 'host_5000/app'],
    [hub, 'minio', 'ghcr.io', 'ghcr.io', 'minio', 'ghcr.io/minio'],
    [hub, 'app', '[FE80::1]:5000', '[fe80::1]:5000', 'app', 'ip6-fe80--1_5000/app'],
    // A namespace of the default upstream that looks like another upstream's host is kept apart from that one's.
    [hub, 'ghcr.io/a/b', 'docker.io', 'docker.io', 'ghcr.io/a/b', 'docker.io/ghcr.io/a/b'],
    [hub, 'docker.io/ghcr.io/a/b', undefined, 'docker.io', 'ghcr.io/a/b', 'docker.io/ghcr.io/a/b'],
    // 2. A host in front.
    [hub, 'ghcr.io/owner/app', undefined, 'ghcr.io', 'owner/app', 'ghcr.io/owner/app'],
    [hub, 'docker.io/node', undefined, 'docker.io', 'library/node', 'library/node'],
    [hub, 'docker.io/library/node', undefined, 'docker.io', 'library/node', 'library/node'],
    [hub, 'index.docker.io/owner/app', undefined, 'docker.io', 'owner/app', 'owner/app'],
    [hub, 'host:5000/app', undefined, 'host:5000', 'app', 'host_5000/app'],
    [hub, 'Host:5000/app', undefined, 'host:5000', 'app', 'host_5000/app'],
    [hub, 'host_5000/app', undefined, 'host:5000', 'app', 'host_5000/app'],
    [hub, '[fe80::1]:5000/a/b', undefined, '[fe80::1]:5000', 'a/b', 'ip6-fe80--1_5000/a/b'],
    [hub, 'ip6-fe80--1_5000/a/b', undefined, '[fe80::1]:5000', 'a/b', 'ip6-fe80--1_5000/a/b'],
    [hub, 'plain/app', undefined, 'plain', 'app', 'plain/app'],
    [hub, 'plain', undefined, 'docker.io', 'library/plain', 'library/plain'],
    // 4. An alias.
    [hub, 'minio', undefined, 'docker.io', 'minio/minio', 'minio/minio'],
    [hub, 'single', undefined, 'docker.io', 'library/single', 'library/single'],
    [other, 'minio', undefined, 'docker.io', 'minio/minio', 'docker.io/minio/minio'],
    [none, 'minio', undefined, 'docker.io', 'minio/minio', 'docker.io/minio/minio'],
    [
      hub,
      'vllm-project/router',
      undefined,
      'ghcr.io',
      'vllm-project/production-stack/router',
      'ghcr.io/vllm-project/production-stack/router',
    ],
    [hub, 'quay.io/odd', undefined, 'ghcr.io', 'odd', 'ghcr.io/odd'],
    // 5. The default upstream.
    [hub, 'node', undefined, 'docker.io', 'library/node', 'library/node'],
    [hub, 'owner/app', undefined, 'docker.io', 'owner/app', 'owner/app'],
    [hub, 'library/node', undefined, 'docker.io', 'library/node', 'library/node'],
    [other, 'node', undefined, 'ghcr.io', 'node', 'node'],
    [other, 'owner/app', undefined, 'ghcr.io', 'owner/app', 'owner/app'],
    [other, 'ghcr.io/owner/app', undefined, 'ghcr.io', 'owner/app', 'owner/app'],
    [other, 'docker.io/node', undefined, 'docker.io', 'library/node', 'docker.io/library/node'],
    [none, 'node', undefined, undefined, undefined, undefined],
    [none, 'docker.io/node', undefined, 'docker.io', 'library/node', 'docker.io/library/node'],
  ];
  for (const row of rows) {
    it(describeRow(row), () => {
      const [naming, name, ns, host, repository, stored] = row;
      const { remote, refusal, namespace } = resolveName(naming, name, ns);
      assert.equal(refusal, undefined);
      assert.equal(namespace, ns);
      assert.deepEqual(
        [remote?.upstream.host, remote?.repository, remote?.stored],
        [host, repository, stored],
      );
    });
  }

  it('keeps what belongs to an upstream from being pushed over, and nothing else', () => {
    const pushable = (name: string, ns?: string) => resolveName(hub, name, ns).pushable;
    for (const name of ['ghcr.io/owner/app', 'docker.io/node', 'host_5000/app', 'host:5000/app', 'plain/x']) {
      assert.equal(pushable(name), false, name);
    }
    assert.equal(pushable('node', 'docker.io'), false);
    for (const name of ['node', 'owner/app', 'minio', 'both', 'far/image', 'example.com/app']) {
      assert.equal(pushable(name), true, name);
      assert.equal(resolveName(hub, name, undefined).named, name);
    }
  });

  it("looks for pushed content where an upstream keeps the same name, when the name is an upstream's", () => {
    assert.equal(resolveName(hub, 'docker.io/node', undefined).named, 'library/node');
    assert.equal(resolveName(hub, 'app', 'ghcr.io').named, 'ghcr.io/app');
  });

  it('refuses the remote, and not what was pushed, for an alias that two images share', () => {
    const { remote, refusal } = resolveName(hub, 'both', undefined);
    assert.equal(remote, undefined);
    assert.equal(refusal, COLLISION);
    assert.ok(resolveName(hub, 'both', undefined).listed);
    assert.ok(!resolveName(hub, 'node', undefined).listed);
  });

  for (const [name, host] of [
    ['far/image', 'quay.io'],
    ['quay.io/owner/app', 'quay.io'],
    ['localhost/app', 'localhost'],
    ['example.com/app', 'example.com'],
  ] as const) {
    it(`refuses the remote of ${name}, naming the setting`, () => {
      const { remote, refusal } = resolveName(hub, name, undefined);
      assert.equal(remote, undefined);
      assert.equal(refusal?.code, 'DENIED');
      assert.match(refusal.message, new RegExp(host));
      assert.match(refusal.hint ?? '', new RegExp(`- host: ${host}.*mirror\\.upstreams`));
    });
  }

  for (const [name, ns] of [
    ['unknown:5000/app', undefined],
    ['[::2]:5000/app', undefined],
    ['app', 'quay.io'],
    ['app', 'host'],
    ['app', 'host:5001'],
    ['app', ''],
  ] as const) {
    it(`refuses ${name}${ns === undefined ? '' : `?ns=${ns}`} altogether`, () => {
      assert.throws(() => resolveName(hub, name, ns), { code: 'DENIED', status: 403 });
    });
  }

  it('refuses names that become too long with the host in front, as they could not be kept', () => {
    const long = 'a'.repeat(250);
    assert.equal(resolveName(hub, `owner/${'a'.repeat(249)}`, undefined).remote?.stored.length, 255);
    assert.throws(() => resolveName(hub, long, 'ghcr.io'), { code: 'NAME_INVALID' });
    assert.throws(() => resolveName(hub, long, undefined), { code: 'NAME_INVALID' });
    assert.equal(resolveName(other, long, 'ghcr.io').remote?.stored, long);
  });

  it('keeps every upstream under a name of its own, that is a repository name and leads back to it', () => {
    const hosts = [
      ...HOSTS,
      '[1::2:3]:80',
      '[1:2::3]:80',
      '[1:2:3::]:80',
      '[1:2:3::]',
      '[::]',
      '[::]:80',
      '[::1]:80',
    ];
    const naming = namingWith(hosts, undefined);
    const kept = hosts.map((host) => resolveName(naming, 'owner/app', host).remote?.stored ?? '');
    assert.equal(new Set(kept).size, new Set(hosts).size, kept.join(' '));
    for (const [position, stored] of kept.entries()) {
      assert.ok(isRepository(stored), stored);
      assert.equal(resolveName(naming, stored, undefined).remote?.upstream.host, hosts[position]);
    }
  });
});

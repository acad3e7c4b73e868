import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Naming, resolveName } from '#src/gateway/naming.js';
import { aliasesOf, parseImageList } from '#src/oci/image-list.js';
import { parseReference } from '#src/oci/reference.js';
import { type MirrorNames, type RewriteStyle, rewriteImage } from '#src/oci/rewrite.js';
import { upstreamOf } from '../gateway/upstreams.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const LIST = [
  'quay.io/minio/minio:latest',
  'ghcr.io/vllm-project/production-stack/router:latest',
  'milvusdb/milvus:v2.4.5',
  'example/postgres',
  'quay.io/a/same',
  'ghcr.io/a/same',
];

function mirrorWith(
  list: readonly string[],
  hosts: readonly string[],
  defaultHost: string | undefined,
): MirrorNames {
  return {
    address: 'localhost:5000',
    ownAddresses: ['127.0.0.1:5000'],
    hosts,
    defaultHost,
    aliases: aliasesOf(parseImageList(list.join('\n')).images),
  };
}

const HOSTS = ['docker.io', 'quay.io', 'ghcr.io', 'registry.example.com:5000', '[::1]:80'];
const mirror = mirrorWith(LIST, HOSTS, 'docker.io');

describe('an image is rewritten', () => {
  const rows: readonly (readonly [image: string, short: string, full: string])[] = [
    ['redis:7-alpine', 'localhost:5000/redis:7-alpine', 'localhost:5000/docker.io/library/redis:7-alpine'],
    ['redis', 'localhost:5000/redis', 'localhost:5000/docker.io/library/redis'],
    [
      'quay.io/minio/minio:latest',
      'localhost:5000/minio/minio:latest',
      'localhost:5000/quay.io/minio/minio:latest',
    ],
    [
      `ghcr.io/vllm-project/production-stack/router@${DIGEST}`,
      `localhost:5000/vllm-project/production-stack/router@${DIGEST}`,
      `localhost:5000/ghcr.io/vllm-project/production-stack/router@${DIGEST}`,
    ],
    ['milvusdb/milvus:v2', 'localhost:5000/milvus:v2', 'localhost:5000/docker.io/milvusdb/milvus:v2'],
    [
      'docker.io/library/redis:7',
      'localhost:5000/library/redis:7',
      'localhost:5000/docker.io/library/redis:7',
    ],
    ['docker.io/grafana/loki:1', 'localhost:5000/grafana/loki:1', 'localhost:5000/docker.io/grafana/loki:1'],
  ];
  for (const [image, short, full] of rows) {
    it(`${image}, in both styles`, () => {
      assert.deepEqual(rewriteImage(image, 'short', mirror), { image, name: short, style: 'short' });
      assert.deepEqual(rewriteImage(image, 'full', mirror), { image, name: full, style: 'full' });
    });
  }

  const fallbacks: readonly (readonly [image: string, name: string, why: string])[] = [
    ['ghcr.io/owner/app:1', 'ghcr.io/owner/app:1', 'it is not listed: the short name means Docker Hub'],
    ['grafana/loki', 'docker.io/grafana/loki', 'it is not listed: the short name means library/loki'],
    ['postgres', 'docker.io/library/postgres', 'the short name is the alias of example/postgres'],
    ['minio/minio', 'docker.io/minio/minio', 'the short name means library/minio'],
    ['quay.io/a/same:1', 'quay.io/a/same:1', 'two listed images share the short name'],
    ['registry.example.com:5000/app:1', 'registry.example.com_5000/app:1', 'a port is no part of a name'],
    ['docker.io/ghcr.io/app', 'docker.io/ghcr.io/app', 'the short name begins with another registry'],
  ];
  for (const [image, name, why] of fallbacks) {
    it(`${image} in full, as ${why}`, () => {
      assert.deepEqual(rewriteImage(image, 'short', mirror), {
        image,
        name: `localhost:5000/${name}`,
        style: 'full',
      });
    });
  }

  it('not at all when the mirror does not fetch from there, or it is one of the mirror already', () => {
    const other = rewriteImage('mcr.microsoft.com/dotnet/sdk:8.0', 'short', mirror);
    assert.equal(other.name, 'mcr.microsoft.com/dotnet/sdk:8.0');
    assert.match(other.why ?? '', /does not fetch from mcr\.microsoft\.com/);
    for (const image of ['localhost:5000/redis:7', '127.0.0.1:5000/redis:7'])
      assert.deepEqual(rewriteImage(image, 'full', mirror), { image, name: image, style: 'original' });
  });

  it('or refused, when it is no image', () => {
    for (const image of ['', 'docker.io/Upper/case', 'a b', 'a:b:c', `a@${DIGEST}x`])
      assert.throws(() => rewriteImage(image, 'short', mirror), { name: 'OciError' }, image);
  });
});

/** What the mirror takes a name for, by the gateway's own rules. */
function meaning(name: string, { hosts, defaultHost, aliases }: MirrorNames): string {
  const upstreams = new Map(hosts.map((host) => [host, upstreamOf(host)]));
  const naming: Naming = {
    upstreams,
    defaultUpstream: defaultHost === undefined ? undefined : upstreams.get(defaultHost),
    alias: (each) => aliases.aliases.get(each),
  };
  const { host: _, ...rest } = splitSuffix(name);
  const target = resolveName(naming, rest.repository, undefined);
  return `${target.remote?.upstream.host}/${target.remote?.repository} ${rest.suffix}`;
}

/** A rewritten name without the mirror's address. */
function splitSuffix(name: string): { host: string; repository: string; suffix: string } {
  const path = name.slice('localhost:5000/'.length);
  const match = /^([^@:]*)(.*)$/.exec(path);
  return { host: 'localhost:5000', repository: match?.[1] ?? '', suffix: match?.[2] ?? '' };
}

function isImage(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}

describe('a rewritten name', () => {
  const component = fc.constantFrom(
    'a',
    'b',
    'minio',
    'library',
    'docker.io',
    'ghcr.io',
    'quay.io',
    'x.y_5000',
    'localhost',
  );
  const path = fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const host = fc.constantFrom(
    '',
    'docker.io/',
    'index.docker.io/',
    'ghcr.io/',
    'quay.io/',
    'x.y:5000/',
    'other.example/',
  );
  const suffix = fc.constantFrom('', ':1', ':latest', `@${DIGEST}`, `:1@${DIGEST}`);
  const image = fc
    .tuple(host, path)
    .map(([first, rest]) => first + rest)
    .filter(isImage);
  const style = fc.constantFrom<RewriteStyle>('short', 'full');
  const upstreams = fc.uniqueArray(fc.constantFrom('docker.io', 'ghcr.io', 'quay.io', 'x.y:5000'), {
    minLength: 1,
  });

  it('means the same image to the gateway as the original one, whatever is listed', () => {
    fc.assert(
      fc.property(
        fc.array(image, { maxLength: 6 }),
        image,
        suffix,
        style,
        upstreams,
        fc.boolean(),
        (list, name, end, how, hosts, hasDefault) => {
          const names = mirrorWith(list, hosts, hasDefault ? hosts[0] : undefined);
          const written = name + end;
          const rewritten = rewriteImage(written, how, names);
          const { host: from, repository } = parseReference(written);
          const known = hosts.some((each) => each === from);
          assert.equal(rewritten.style !== 'original', known, JSON.stringify(rewritten));
          if (!known) return;
          assert.equal(meaning(rewritten.name, names), `${from}/${repository} ${end}`, rewritten.name);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('is the short one for every listed image that no other one collides with', () => {
    fc.assert(
      fc.property(fc.array(image, { maxLength: 6 }), (list) => {
        const names = mirrorWith(list, ['docker.io', 'ghcr.io', 'quay.io'], 'docker.io');
        for (const [alias, target] of names.aliases.aliases) {
          const beginsWithHost = names.hosts.includes(alias.split('/')[0] ?? '') && alias.includes('/');
          const entry = list.find(
            (each) =>
              parseReference(each).repository === target.repository &&
              each.slice(each.indexOf('/') + 1) === alias,
          );
          if (entry === undefined || beginsWithHost || !names.hosts.includes(target.host)) continue;
          if (parseReference(entry).host !== target.host) continue;
          assert.equal(rewriteImage(entry, 'short', names).name, `localhost:5000/${alias}`);
        }
      }),
    );
  });
});

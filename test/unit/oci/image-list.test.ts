import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aliasesOf, formatCollision, parseImageList } from '#src/oci/image-list.js';

function aliases(...names: string[]) {
  const list = parseImageList(names.join('\n'));
  assert.deepEqual(list.problems, []);
  const found = aliasesOf(list.images);
  return {
    aliases: Object.fromEntries(
      [...found.aliases].map(([alias, to]) => [alias, `${to.host}/${to.repository}`]),
    ),
    collisions: found.collisions.map(formatCollision),
  };
}

describe('parseImageList', () => {
  it('skips comments and blank lines, and takes any line end', () => {
    const { images, problems } = parseImageList(
      '\uFEFF# images\r\n\r\n  postgres:16-alpine  \r\nquay.io/minio/minio # kept\n#x\nlast',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      images.map(({ written, line, reference }) => [written, line, reference.host, reference.repository]),
      [
        ['postgres:16-alpine', 3, 'docker.io', 'library/postgres'],
        ['quay.io/minio/minio', 4, 'quay.io', 'minio/minio'],
        ['last', 6, 'docker.io', 'library/last'],
      ],
    );
  });

  it('collects the lines that name no image and keeps the others', () => {
    const { images, problems } = parseImageList('upper/Case\ngood\na b\nx@sha256:12\ny:ta g\n');
    assert.deepEqual(
      images.map(({ written }) => written),
      ['good'],
    );
    assert.deepEqual(
      problems.map(({ line }) => line),
      [1, 3, 4, 5],
    );
    assert.match(problems[2]?.message ?? '', /is not a digest/);
  });

  it('is empty for an empty text', () => {
    assert.deepEqual(parseImageList(''), { images: [], problems: [] });
  });
});

describe('aliasesOf', () => {
  it('leaves out the first component, host or not', () => {
    assert.deepEqual(
      aliases(
        'minio/minio:RELEASE.2023-03-20T20-16-18Z',
        'ghcr.io/vllm-project/production-stack/router:latest',
        'quay.io/coreos/etcd@sha256:0000000000000000000000000000000000000000000000000000000000000000',
        'localhost:5000/team/app',
        'docker.io/postgres:16',
      ),
      {
        aliases: {
          minio: 'docker.io/minio/minio',
          'vllm-project/production-stack/router': 'ghcr.io/vllm-project/production-stack/router',
          'coreos/etcd': 'quay.io/coreos/etcd',
          'team/app': 'localhost:5000/team/app',
          postgres: 'docker.io/library/postgres',
        },
        collisions: [],
      },
    );
  });

  it('gives none to an image of one component', () => {
    assert.deepEqual(aliases('postgres:16', 'redis'), { aliases: {}, collisions: [] });
  });

  it('gives several tags of one repository one alias', () => {
    assert.deepEqual(aliases('lmcache/vllm:a', 'lmcache/vllm:b', 'docker.io/lmcache/vllm'), {
      aliases: { vllm: 'docker.io/lmcache/vllm', 'lmcache/vllm': 'docker.io/lmcache/vllm' },
      collisions: [],
    });
  });

  it('reports two repositories with one alias, both with their lines, and gives it to neither', () => {
    assert.deepEqual(aliases('vllm/vllm-openai', 'a/b', 'lmcache/vllm-openai:1', 'lmcache/vllm-openai:2'), {
      aliases: { b: 'docker.io/a/b' },
      collisions: [
        '"vllm/vllm-openai" (line 1) and "lmcache/vllm-openai:1" (line 3) are both called "vllm-openai" without their first component',
      ],
    });
    assert.equal(aliases('a/x', 'b/x', 'c/x').collisions.length, 2);
  });

  it('reports an alias that is what an image of one component is called', () => {
    assert.equal(aliases('postgres:16', 'example/postgres').collisions.length, 1);
    assert.equal(aliases('example/postgres', 'postgres:16').collisions.length, 1);
    assert.deepEqual(aliases('postgres:16', 'library/postgres:15'), {
      aliases: { postgres: 'docker.io/library/postgres' },
      collisions: [],
    });
  });

  it("accepts an alias that equals another image's full name", () => {
    assert.deepEqual(aliases('quay.io/minio/minio', 'minio/minio'), {
      aliases: { 'minio/minio': 'quay.io/minio/minio', minio: 'docker.io/minio/minio' },
      collisions: [],
    });
  });
});

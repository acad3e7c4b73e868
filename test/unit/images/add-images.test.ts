import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addToList } from '#src/images/add-images.js';
import { parseImageList } from '#src/oci/image-list.js';

describe('adding to a list of images', () => {
  it('puts what is new at the end and keeps the rest as it is', () => {
    const text = '# ours\n\nredis:7   # the cache\nquay.io/minio/minio platforms=linux/amd64\n';
    assert.deepEqual(
      addToList(text, ['nginx:1.27', 'docker.io/library/redis:7', 'quay.io/minio/minio:latest']),
      {
        added: ['nginx:1.27'],
        text: `${text}nginx:1.27\n`,
      },
    );
  });

  it('adds nothing twice, however it is written', () => {
    assert.deepEqual(addToList('', ['nginx', 'nginx:latest', 'docker.io/library/nginx']).added, ['nginx']);
  });

  it('leaves a list alone that has everything', () => {
    const text = 'nginx';
    assert.deepEqual(addToList(text, ['nginx:latest']), { added: [], text });
  });

  it('ends an open last line, with the line ends of the list', () => {
    assert.equal(addToList('a:1', ['b:1']).text, 'a:1\nb:1\n');
    assert.equal(addToList('a:1\r\nc:1', ['b:1', 'd:1']).text, 'a:1\r\nc:1\r\nb:1\r\nd:1\r\n');
  });

  it('is not put off by lines that name nothing', () => {
    assert.equal(addToList('Not An Image\n', ['a:1']).text, 'Not An Image\na:1\n');
  });

  it('keeps every list as the beginning of the new one, which then has all', () => {
    const image = fc.constantFrom('a:1', 'b', 'ghcr.io/x/y:2', 'docker.io/library/b:latest', 'c/d:3');
    const line = fc.oneof(image, fc.string({ maxLength: 12 }), fc.constant('# note'));
    fc.assert(
      fc.property(
        fc.array(line),
        fc.constantFrom('\n', '\r\n'),
        fc.array(image),
        (lines, newline, images) => {
          const before = lines.join(newline);
          const { text, added } = addToList(before, images);
          assert.ok(text.startsWith(before));
          assert.deepEqual(addToList(text, images), { added: [], text });
          const names = parseImageList(text).images.map(({ written }) => written);
          for (const each of added) assert.ok(names.includes(each));
        },
      ),
    );
  });
});

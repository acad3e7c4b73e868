import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wantedImages } from '#src/images/wanted-images.js';

describe('the images to keep ready', () => {
  it('are those of the list and of the settings, each once, whichever way they are written', () => {
    const list = '# kept\nredis:7\n\ndocker.io/library/redis:7\nghcr.io/owner/app\nredis:8\n';
    const { images, problems } = wantedImages(list, [
      'library/redis:8',
      'ghcr.io/owner/app:latest',
      'minio/minio:1',
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      images.map(({ image, line }) => [image, line]),
      [
        ['redis:7', 2],
        ['ghcr.io/owner/app', 5],
        ['redis:8', 6],
        ['minio/minio:1', undefined],
      ],
    );
  });

  it('do without lines that name none, which are told', () => {
    const { images, problems } = wantedImages('Not/An/Image\nredis:7 now\nredis:7\n', []);
    assert.deepEqual(
      images.map(({ line }) => line),
      [3],
    );
    assert.deepEqual(
      problems.map(({ line }) => line),
      [1, 2],
    );
    assert.deepEqual(wantedImages('', []), { images: [], problems: [] });
  });
});

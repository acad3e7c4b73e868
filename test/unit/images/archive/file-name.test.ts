import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { archiveFile, archivesOf, datedFile, sharedNames } from '#src/images/archive/file-name.js';

describe('the names of archives', () => {
  it('are the image with / and : as _', () => {
    assert.equal(archiveFile('quay.io/minio/minio:latest', 'gzip'), 'quay.io_minio_minio_latest.tar.gz');
    assert.equal(archiveFile('redis', 'zstd'), 'redis.tar.zst');
    const digest = `redis@sha256:${'a'.repeat(64)}`;
    assert.equal(archiveFile(digest, 'none'), `redis_sha256_${'a'.repeat(64)}.tar`);
    assert.ok(archiveFile(`h/${'a/'.repeat(200)}b:1`, 'gzip').length < 255);
  });

  it('of earlier ones have a time that no image has', () => {
    const made = new Date('2026-01-02T03:04:05.678Z');
    assert.equal(datedFile('a/b:1', '.tar.gz', made), 'a_b_1~20260102-030405.tar.gz');
  });

  it('are found among others, the last one first', () => {
    const files = [
      'a_1.tar.gz.sha256',
      'a_1~20260101-000000.tar.gz',
      'a_1.tar.gz',
      'a_1~20260102-000000.tar.zst',
      'a_12.tar.gz',
      'a_1~notes.tar.gz',
      'a_1.tar.gz.0123456789ab.tmp',
    ];
    const found = archivesOf('a:1', files).map(({ file }) => file);
    assert.deepEqual(found, ['a_1.tar.gz', 'a_1~20260102-000000.tar.zst', 'a_1~20260101-000000.tar.gz']);
  });

  it('that two images share are told, both named', () => {
    assert.deepEqual(sharedNames(['a/b:1', 'c', 'a_b:1', 'c', 'a:b_1']), [
      ['a/b:1', 'a_b:1'],
      ['a/b:1', 'a:b_1'],
    ]);
  });
});

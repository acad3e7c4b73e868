import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import type { Platform } from '#src/oci/manifest.js';
import { manifestFor, parsePlatform } from '#src/oci/platform.js';

/** Descriptors of these platforms, the position in each one's digest. */
function index(...platforms: (string | undefined)[]) {
  return platforms.map((text, position) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${String(position).padStart(64, '0')}` as Digest,
    size: 1,
    ...(text === undefined ? {} : { platform: parsePlatform(text) as Platform }),
  }));
}

function chosen(wanted: string, ...platforms: (string | undefined)[]): string | undefined {
  const found = manifestFor(index(...platforms), parsePlatform(wanted) as Platform);
  return found === undefined ? undefined : platforms[Number(found.digest.slice(7))];
}

describe('a platform', () => {
  it('is read with and without a variant', () => {
    assert.deepEqual(parsePlatform('linux/amd64'), { os: 'linux', architecture: 'amd64' });
    assert.deepEqual(parsePlatform('linux/arm/v7'), { os: 'linux', architecture: 'arm', variant: 'v7' });
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'linux',
      'linux/',
      '/amd64',
      'linux/amd64/',
      'a/b/c/d',
      'Linux/amd64',
      'linux/../x',
    ])
      assert.equal(parsePlatform(text), undefined, text);
  });
});

describe('of an index', () => {
  it('the first manifest of the platform is taken', () => {
    assert.equal(chosen('linux/amd64', 'windows/amd64', 'linux/arm64', 'linux/amd64'), 'linux/amd64');
    assert.equal(chosen('linux/amd64', undefined, 'unknown/unknown', 'linux/amd64'), 'linux/amd64');
  });

  it('none is taken when none runs there', () => {
    assert.equal(chosen('linux/amd64', 'linux/arm64', undefined), undefined);
    assert.equal(chosen('linux/amd64'), undefined);
    assert.equal(chosen('linux/arm/v6', 'linux/arm/v7'), undefined);
    assert.equal(chosen('linux/amd64', 'linux/amd64/v3'), undefined);
  });

  it('the usual variant may be left out', () => {
    assert.equal(chosen('linux/arm64', 'linux/arm64/v8'), 'linux/arm64/v8');
    assert.equal(chosen('linux/arm64/v8', 'linux/arm64'), 'linux/arm64');
    assert.equal(chosen('linux/arm', 'linux/arm/v6', 'linux/arm/v7'), 'linux/arm/v7');
  });

  it('an older variant of ARM does, the newest of them', () => {
    assert.equal(chosen('linux/arm/v7', 'linux/arm/v5', 'linux/arm/v6'), 'linux/arm/v6');
    assert.equal(chosen('linux/arm/v6', 'linux/arm/v7', 'linux/arm/v5'), 'linux/arm/v5');
  });
});

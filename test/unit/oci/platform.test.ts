import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Digest } from '#src/oci/digest.js';
import type { Descriptor, Platform } from '#src/oci/manifest.js';
import {
  formatPlatform,
  parsePlatform,
  platformOfHost,
  platformsOf,
  selectPlatform,
} from '#src/oci/platform.js';

function entry(platform: string | undefined, n = 0): Descriptor {
  const digest = `sha256:${String(n).padStart(64, '0')}` as Digest;
  const parsed = platform === undefined ? undefined : parsePlatform(platform);
  return { mediaType: 'x', digest, size: 1, ...(parsed === undefined ? {} : { platform: parsed }) };
}

function chosen(wanted: string, ...entries: (string | undefined)[]): string | undefined {
  const found = selectPlatform(
    entries.map((text, n) => entry(text, n)),
    parsePlatform(wanted) as Platform,
  );
  return found === undefined ? undefined : (entries[Number(found.digest.slice(7))] ?? 'any');
}

describe('a platform', () => {
  it('is read and written', () => {
    for (const text of ['linux/amd64', 'linux/arm/v7', 'windows/amd64']) {
      assert.equal(formatPlatform(parsePlatform(text) as Platform), text);
    }
    for (const text of [
      '',
      'linux',
      'linux/',
      '/amd64',
      'linux/arm/v7/x',
      'Linux/amd64',
      'linux/amd64 ',
      'a\n/b',
    ]) {
      assert.equal(parsePlatform(text), undefined, text);
    }
  });

  it('of this host is that of Linux containers', () => {
    assert.deepEqual(platformOfHost('x64'), { os: 'linux', architecture: 'amd64' });
    assert.deepEqual(platformOfHost('arm'), { os: 'linux', architecture: 'arm', variant: 'v7' });
    assert.deepEqual(platformOfHost('new64'), { os: 'linux', architecture: 'new64' });
  });

  it('picks the entry that engines pick', () => {
    assert.equal(chosen('linux/amd64', 'linux/arm64', 'linux/amd64'), 'linux/amd64');
    assert.equal(chosen('linux/arm64', 'linux/arm64/v8'), 'linux/arm64/v8');
    assert.equal(chosen('linux/arm64/v8', 'linux/arm64'), 'linux/arm64');
    assert.equal(chosen('linux/arm/v7', 'linux/arm/v5', 'linux/arm/v6', 'linux/arm64'), 'linux/arm/v6');
    assert.equal(chosen('linux/arm/v6', 'linux/arm/v7', 'linux/arm/v6'), 'linux/arm/v6');
    assert.equal(chosen('linux/arm', 'linux/arm/v6', 'linux/arm/v7'), 'linux/arm/v7');
    assert.equal(chosen('linux/arm/v5', 'linux/arm/v7'), undefined);
    assert.equal(chosen('linux/amd64', 'linux/amd64/v3', 'linux/amd64'), 'linux/amd64');
    assert.equal(chosen('linux/amd64', 'windows/amd64', 'linux/arm64'), undefined);
    assert.equal(chosen('linux/amd64', 'linux/arm64', undefined), 'any');
    assert.equal(chosen('linux/amd64'), undefined);
  });

  it('is never one that cannot run there', () => {
    const platform = fc.constantFrom(
      'linux/arm/v5',
      'linux/arm/v6',
      'linux/arm/v7',
      'linux/arm64',
      'windows/arm/v7',
    );
    fc.assert(
      fc.property(fc.array(platform), platform, (entries, wanted) => {
        const found = chosen(wanted, ...entries);
        if (entries.includes(wanted)) assert.equal(found, wanted);
        if (found === undefined) return;
        assert.ok(found <= wanted && found.split('/')[1] === wanted.split('/')[1]);
      }),
    );
  });

  it('is named without what is attached to images', () => {
    assert.deepEqual(platformsOf([entry('linux/amd64'), entry('unknown/unknown'), entry(undefined)]), [
      'linux/amd64',
    ]);
  });
});

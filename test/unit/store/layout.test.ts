import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Digest, parseDigest } from '#src/oci/digest.js';
import * as layout from '#src/store/layout.js';

const HEX = 'ab'.repeat(32);
const DIGEST = parseDigest(`sha256:${HEX}`);
const WIDE = parseDigest(`sha512:${HEX}${HEX}`);
const ROOT = '/root/of/the/store';

describe('the layout', () => {
  it('is that of Distribution', () => {
    const repository = 'docker/registry/v2/repositories/library/node';
    assert.equal(layout.blobData(DIGEST), `docker/registry/v2/blobs/sha256/ab/${HEX}/data`);
    assert.equal(layout.blobData(WIDE), `docker/registry/v2/blobs/sha512/ab/${HEX}${HEX}/data`);
    assert.equal(layout.layerLink('library/node', DIGEST), `${repository}/_layers/sha256/${HEX}/link`);
    assert.equal(
      layout.revisionLink('library/node', DIGEST),
      `${repository}/_manifests/revisions/sha256/${HEX}/link`,
    );
    assert.equal(layout.tagCurrent('library/node', '20'), `${repository}/_manifests/tags/20/current/link`);
    assert.equal(
      layout.tagIndex('library/node', '20', DIGEST),
      `${repository}/_manifests/tags/20/index/sha256/${HEX}/link`,
    );
    const id = 'c9d7b1f6-0c4f-4f0e-9d5f-2f9a5c7f3b11';
    assert.equal(layout.uploadFolder('library/node', id), `${repository}/_uploads/${id}`);
  });

  it('keeps our own records where Distribution does not look', () => {
    const ours = [
      layout.tagOrigin('a', 't'),
      layout.revisionOrigin('a', DIGEST),
      layout.referrersOf('a', DIGEST),
      layout.referrersMarker('a'),
      layout.incomingData(DIGEST),
      layout.damagedData(WIDE),
      layout.temporary('x'),
    ];
    for (const path of ours) assert.match(path, /\/_mirror\//);
    assert.equal(new Set(ours).size, ours.length);
  });

  it('has names that fit one another', () => {
    assert.equal(layout.parentOf('a/b/c'), 'a/b');
    assert.equal(layout.parentOf('a'), '');
    assert.equal(layout.parentOf(''), '');
    assert.equal(layout.isFolderName('_layers'), false);
    assert.equal(layout.isFolderName('a'), true);
  });

  it('makes no path that leaves its place, whatever the names are', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.constantFrom('..', '.', '/', '\\', '\0', '_layers', 'a', '%2e%2e', '-', ':', '\n', 'é'))
        .map((parts) => parts.join('')),
    );
    const places: [base: string, make: (text: string) => string][] = [
      [layout.REPOSITORIES, (text) => layout.layersFolder(text)],
      [layout.REPOSITORIES, (text) => layout.tagCurrent(text, 't')],
      [layout.REPOSITORIES, (text) => layout.uploadsFolder(text)],
      [layout.tagsFolder('r'), (text) => layout.tagFolder('r', text)],
      [layout.tagsFolder('r'), (text) => layout.tagIndex('r', text, DIGEST)],
      ['docker/registry/v2/repositories/r/_mirror/origins/tags', (text) => layout.tagOrigin('r', text)],
      [layout.uploadsFolder('r'), (text) => layout.uploadFolder('r', text)],
      ['docker/registry/v2/blobs', (text) => layout.blobData(text as Digest)],
      ['docker/registry/v2/blobs', (text) => layout.blobData(`sha256:${text}` as Digest)],
      ['docker/registry/v2/_mirror/incoming', (text) => layout.incomingData(text as Digest)],
      [layout.TEMPORARY, (text) => layout.temporary(text)],
    ];
    fc.assert(
      fc.property(nasty, fc.constantFrom(...places), (text, [base, make]) => {
        let path: string;
        try {
          path = make(text);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'STORE_FAILED');
          return;
        }
        assert.ok(!path.includes('\0'));
        const resolved = posix.resolve(ROOT, path);
        assert.ok(resolved.startsWith(`${ROOT}/${base}/`), resolved);
        // Nothing was folded away: what is used is what was meant.
        assert.equal(resolved, `${ROOT}/${path}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses what is too long for a file system', () => {
    assert.throws(() => layout.tagFolder('r', 'x'.repeat(256)), { code: 'STORE_FAILED' });
    assert.throws(() => layout.tagFolder('r', 'é'.repeat(128)), { code: 'STORE_FAILED' });
    assert.throws(() => layout.layersFolder('a/'.repeat(600).concat('a')), { code: 'STORE_FAILED' });
  });
});

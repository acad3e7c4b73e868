import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OCI_EMPTY, OCI_INDEX, OCI_MANIFEST } from '#src/oci/media-type.js';
import { readReferrersDocument, referrerOf, referrersDocument, withReferrer } from '#src/store/referrer.js';
import { text } from './conformance/subject.js';

const subject = { mediaType: OCI_MANIFEST, digest: text('subject').digest, size: 7 };

describe('a referrer', () => {
  it('has the artifact type of the manifest, else the media type of its config, and an index only its own', () => {
    const config = { mediaType: OCI_EMPTY, digest: text('{}').digest, size: 2 };
    const image = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [], subject };
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [], subject };
    const typeOf = (document: object): string | undefined => {
      const { bytes, digest } = text(JSON.stringify(document));
      return referrerOf(digest, bytes)?.descriptor.artifactType;
    };
    assert.equal(typeOf({ ...image, artifactType: 'x/own' }), 'x/own');
    assert.equal(typeOf({ ...image, artifactType: '' }), OCI_EMPTY);
    assert.equal(typeOf(image), OCI_EMPTY);
    assert.equal(typeOf(index), undefined);
    assert.equal(typeOf({ ...index, artifactType: 'x/own' }), 'x/own');
  });

  it('is nothing without a subject, and nothing that is no manifest', () => {
    for (const content of ['', '{', '[]', '{"schemaVersion":1}', '{"schemaVersion":2,"manifests":[]}']) {
      const { bytes, digest } = text(content);
      assert.equal(referrerOf(digest, bytes), undefined, content);
    }
  });

  it('is kept in a document that is read back the same, and not when it is damaged', () => {
    const list = ['c', 'a', 'b'].map((name) => ({
      mediaType: OCI_MANIFEST,
      digest: text(name).digest,
      size: 3,
      annotations: { name },
    }));
    const sorted = list.reduce(withReferrer, [] as typeof list);
    const document = referrersDocument(sorted);
    assert.deepEqual(readReferrersDocument(Buffer.from(document)), sorted);
    assert.deepEqual(
      sorted.map(({ digest }) => digest),
      list.map(({ digest }) => digest).sort(),
    );
    for (let length = 0; length < document.length - 1; length += 7) {
      assert.equal(readReferrersDocument(Buffer.from(document.slice(0, length))), undefined);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { OciError } from '#src/oci/error-code.js';
import { type Manifest, parseManifest } from '#src/oci/manifest.js';
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  DOCKER_SCHEMA1,
  OCI_INDEX,
  OCI_MANIFEST,
} from '#src/oci/media-type.js';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha512:${'b'.repeat(128)}`;

const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: A, size: 2 };
const LAYER = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: B, size: 0 };
const IMAGE = { schemaVersion: 2, config: CONFIG, layers: [LAYER] };
const INDEX = {
  schemaVersion: 2,
  manifests: [
    {
      mediaType: OCI_MANIFEST,
      digest: A,
      size: 5,
      platform: { architecture: 'arm', os: 'linux', variant: 'v7' },
    },
  ],
};

function parse(document: unknown, declared?: string): Manifest {
  return parseManifest(Buffer.from(JSON.stringify(document)), declared);
}

function refused(document: unknown, expected: RegExp, declared?: string): void {
  assert.throws(
    () => parse(document, declared),
    (error) => error instanceof OciError && error.code === 'MANIFEST_INVALID' && expected.test(error.message),
  );
}

describe('an image manifest', () => {
  it('names a config and layers', () => {
    assert.deepEqual(parse(IMAGE), {
      kind: 'image',
      mediaType: OCI_MANIFEST,
      config: CONFIG,
      layers: [LAYER],
      manifests: [],
      subject: undefined,
      artifactType: undefined,
      annotations: undefined,
    });
  });

  it('may have a subject, an artifact type, annotations, and layers elsewhere', () => {
    const foreign = { ...LAYER, urls: ['https://example.com/x', 7] };
    const extra = { subject: CONFIG, artifactType: 'x/y', annotations: { k: 'v' }, layers: [foreign] };
    const manifest = parse({ ...IMAGE, ...extra, mediaType: OCI_MANIFEST });
    assert.deepEqual(manifest.subject, CONFIG);
    assert.equal(manifest.artifactType, 'x/y');
    assert.deepEqual(manifest.annotations, { k: 'v' });
    assert.deepEqual(manifest.layers[0]?.urls, ['https://example.com/x']);
  });

  it('may have null for what it has not', () => {
    const manifest = parse({ ...IMAGE, layers: null, subject: null, annotations: null, artifactType: '' });
    assert.deepEqual(manifest.layers, []);
    assert.equal(manifest.subject, undefined);
    assert.equal(manifest.artifactType, undefined);
  });

  for (const [what, document, expected] of [
    ['no config', { schemaVersion: 2, layers: [] }, /config must be a descriptor/],
    ['layers that are no array', { ...IMAGE, layers: {} }, /layers must be an array/],
    ['a layer that is none', { ...IMAGE, layers: [LAYER, 'x'] }, /layers\[1\] must be a descriptor/],
    [
      'a digest that leads elsewhere',
      { ...IMAGE, config: { ...CONFIG, digest: 'sha256:../../x' } },
      /config\.digest/,
    ],
    ['a negative size', { ...IMAGE, layers: [{ ...LAYER, size: -1 }] }, /layers\[0\]\.size/],
    ['half a byte', { ...IMAGE, layers: [{ ...LAYER, size: 0.5 }] }, /layers\[0\]\.size/],
    ['a size beyond counting', { ...IMAGE, layers: [{ ...LAYER, size: 2 ** 53 }] }, /layers\[0\]\.size/],
    ['a size in words', { ...IMAGE, layers: [{ ...LAYER, size: '5' }] }, /layers\[0\]\.size/],
    ['an annotation that is no text', { ...IMAGE, annotations: { k: 1 } }, /annotations\.k must be a string/],
    ['a subject that is none', { ...IMAGE, subject: [] }, /subject must be a descriptor/],
    ['a media type that is no text', { ...IMAGE, mediaType: 7 }, /mediaType must be a string/],
    ['another media type', { ...IMAGE, mediaType: 'text/html' }, /text\/html is not that of/],
    ['no schema version', { ...IMAGE, schemaVersion: undefined }, /schemaVersion must be 2/],
    ['an unknown schema version', { ...IMAGE, schemaVersion: 3 }, /schemaVersion must be 2/],
  ] as const) {
    it(`is refused with ${what}`, () => refused(document, expected));
  }
});

describe('an index', () => {
  it('names manifests with their platforms, and is known by its shape', () => {
    const manifest = parse(INDEX);
    assert.equal(manifest.kind, 'index');
    assert.equal(manifest.mediaType, OCI_INDEX);
    assert.equal(manifest.config, undefined);
    assert.deepEqual(manifest.manifests, INDEX.manifests);
  });

  it('keeps no platform that is half a one', () => {
    const [entry] = parse({ ...INDEX, manifests: [{ ...LAYER, platform: { os: 'linux' } }] }).manifests;
    assert.deepEqual(entry, LAYER);
  });
});

describe('the media type of a manifest', () => {
  it('is its own, else the one it came with', () => {
    assert.equal(parse({ ...IMAGE, mediaType: DOCKER_MANIFEST }).mediaType, DOCKER_MANIFEST);
    assert.equal(parse(IMAGE, DOCKER_MANIFEST).mediaType, DOCKER_MANIFEST);
    assert.equal(parse(INDEX, DOCKER_LIST).kind, 'index');
  });

  it('may not be two', () => {
    refused({ ...IMAGE, mediaType: OCI_MANIFEST }, /but it came as/, DOCKER_MANIFEST);
    refused(IMAGE, /application\/json is not that of/, 'application/json');
  });

  it('is refused as schema 1, with what to do', () => {
    for (const attempt of [() => parse({ schemaVersion: 1 }), () => parse(IMAGE, DOCKER_SCHEMA1)]) {
      assert.throws(attempt, (error) => error instanceof OciError && /push it again/.test(error.hint ?? ''));
    }
  });
});

describe('parseManifest', () => {
  for (const text of ['', 'x', '[]', 'null', '"x"', '5', '{"schemaVersion":2', '\ufeff{}']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseManifest(Buffer.from(text)), { code: 'MANIFEST_INVALID' });
    });
  }

  it('refuses bytes that are no UTF-8', () => {
    const text = JSON.stringify({ ...IMAGE, annotations: { k: 'é' } });
    assert.throws(() => parseManifest(Buffer.from(text, 'latin1')), /not a JSON document/);
  });

  it('throws nothing but MANIFEST_INVALID, whatever the document', () => {
    const value = fc.jsonValue();
    const document = fc.record(
      {
        schemaVersion: fc.constantFrom(1, 2),
        config: value,
        layers: value,
        manifests: value,
        subject: value,
        annotations: value,
      },
      { requiredKeys: ['schemaVersion'] },
    );
    fc.assert(
      fc.property(fc.oneof(document, value), (any) => {
        try {
          parse(any);
        } catch (error) {
          assert.ok(error instanceof OciError && error.code === 'MANIFEST_INVALID', String(error));
        }
      }),
    );
  });
});

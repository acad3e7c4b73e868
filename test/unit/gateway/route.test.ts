import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseRoute, type Route, referenceText } from '#src/gateway/route.js';
import { parseDigest } from '#src/oci/digest.js';
import { OciError } from '#src/oci/error-code.js';

const DIGEST = parseDigest(`sha256:${'ab'.repeat(32)}`);
const ID = '01234567-89ab-cdef-0123-456789abcdef';

describe('parseRoute', () => {
  const table: readonly [string, Route | undefined][] = [
    ['/v2', { kind: 'base' }],
    ['/v2/', { kind: 'base' }],
    ['/v2/_catalog', { kind: 'catalog' }],
    ['/v2/a/tags/list', { kind: 'tags', name: 'a' }],
    ['/v2/a/b/manifests/1.0', { kind: 'manifest', name: 'a/b', reference: { kind: 'tag', tag: '1.0' } }],
    [
      `/v2/a/manifests/${DIGEST}`,
      { kind: 'manifest', name: 'a', reference: { kind: 'digest', digest: DIGEST } },
    ],
    [`/v2/a/blobs/${DIGEST}`, { kind: 'blob', name: 'a', digest: DIGEST }],
    [`/v2/a/blobs/${DIGEST.replace(':', '%3A')}`, { kind: 'blob', name: 'a', digest: DIGEST }],
    ['/v2/a/blobs/uploads/', { kind: 'uploads', name: 'a' }],
    ['/v2/a/blobs/uploads', { kind: 'uploads', name: 'a' }],
    [`/v2/a/b/blobs/uploads/${ID}`, { kind: 'upload', name: 'a/b', id: ID }],
    [`/v2/a/referrers/${DIGEST}`, { kind: 'referrers', name: 'a', digest: DIGEST }],
    // Names that look like parts of the API belong to whoever took them.
    ['/v2/tags/list/tags/list', { kind: 'tags', name: 'tags/list' }],
    [
      '/v2/manifests/manifests/blobs',
      { kind: 'manifest', name: 'manifests', reference: { kind: 'tag', tag: 'blobs' } },
    ],
    ['/v2/a/blobs/uploads/tags/list', { kind: 'tags', name: 'a/blobs/uploads' }],
    ['/v2/host:5000/a/tags/list', { kind: 'tags', name: 'host:5000/a' }],
    ['/v2/[::1]:5000/a/tags/list', { kind: 'tags', name: '[::1]:5000/a' }],
    ['/v2/host%3A5000/a/tags/list', { kind: 'tags', name: 'host:5000/a' }],
    ['', undefined],
    ['/', undefined],
    ['/v1/a/tags/list', undefined],
    ['/V2/', undefined],
    ['/v22', undefined],
    ['/v2/a', undefined],
    ['/v2/a/b/c', undefined],
    ['/v2/a/tags/other', undefined],
    ['/v2/a/tags/list/', undefined],
    ['//v2/', undefined],
  ];
  for (const [path, expected] of table) {
    it(`reads ${JSON.stringify(path.slice(0, 50))}`, () => assert.deepEqual(parseRoute(path), expected));
  }

  const wrong: readonly [string, string, number][] = [
    ['/v2/A/tags/list', 'NAME_INVALID', 400],
    ['/v2//tags/list', 'NAME_INVALID', 400],
    ['/v2/tags/list', 'NAME_INVALID', 400],
    ['/v2/a//b/tags/list', 'NAME_INVALID', 400],
    ['/v2/../tags/list', 'NAME_INVALID', 400],
    ['/v2/a/%2e%2e/b/tags/list', 'NAME_INVALID', 400],
    ['/v2/a%2Fb/tags/list', 'NAME_INVALID', 400],
    ['/v2/a%00/tags/list', 'NAME_INVALID', 400],
    ['/v2/a%/tags/list', 'NAME_INVALID', 400],
    ['/v2/a%ff/tags/list', 'NAME_INVALID', 400],
    ['/v2/a%252fb/tags/list', 'NAME_INVALID', 400],
    ['/v2/host:5000/tags/list', 'NAME_INVALID', 400],
    ['/v2/a/host:5000/tags/list', 'NAME_INVALID', 400],
    ['/v2/host:5000/../tags/list', 'NAME_INVALID', 400],
    [`/v2/${'a'.repeat(256)}/tags/list`, 'NAME_INVALID', 400],
    ['/v2/a/manifests/.x', 'TAG_INVALID', 404],
    ['/v2/a/manifests/', 'TAG_INVALID', 404],
    [`/v2/a/manifests/${'x'.repeat(129)}`, 'TAG_INVALID', 404],
    ['/v2/a/manifests/sha256:abc', 'DIGEST_INVALID', 400],
    ['/v2/a/blobs/latest', 'DIGEST_INVALID', 400],
    ['/v2/a/referrers/latest', 'DIGEST_INVALID', 400],
    ['/v2/a/blobs/uploads/nonsense', 'BLOB_UPLOAD_UNKNOWN', 404],
    [`/v2/a/blobs/uploads/${ID.toUpperCase()}`, 'BLOB_UPLOAD_UNKNOWN', 404],
    ['/v2/a/blobs/uploads/..', 'BLOB_UPLOAD_UNKNOWN', 404],
  ];
  for (const [path, code, status] of wrong) {
    it(`refuses ${path.slice(0, 50)} with ${code}`, () => {
      assert.throws(
        () => parseRoute(path),
        (error) => error instanceof OciError && error.code === code && error.status === status,
      );
    });
  }

  it('throws nothing but OciError, and gives no name that leads out of a folder', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'a',
        'b-c',
        '..',
        '.',
        '',
        '%2e%2e',
        '%00',
        '\0',
        'a%2fb',
        '%',
        '%ff',
        'h:5000',
        '[::1]:1',
        'A',
      ),
      fc.constantFrom(
        'tags',
        'list',
        'manifests',
        'blobs',
        'uploads',
        'referrers',
        '_catalog',
        DIGEST,
        ID,
        'latest',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    const endings = fc.constantFrom('tags/list', 'manifests/latest', `blobs/${DIGEST}`, 'blobs/uploads/', '');
    const path = fc
      .tuple(fc.array(part, { maxLength: 6 }), endings)
      .map(([parts, ending]) => `/v2/${[...parts, ending].join('/')}`);
    let named = 0;
    fc.assert(
      fc.property(fc.oneof(path, fc.string()), (text) => {
        let route: Route | undefined;
        try {
          route = parseRoute(text);
        } catch (error) {
          assert.ok(error instanceof OciError, String(error));
          return;
        }
        if (route === undefined || !('name' in route)) return;
        named += 1;
        assert.doesNotMatch(route.name, /\.\.|\0|\/\/|^\/|\/$|\\|%/);
        if (route.kind === 'manifest') assert.doesNotMatch(referenceText(route.reference), /[/\0%]|^\./);
      }),
      { numRuns: 3000 },
    );
    assert.ok(named > 50, 'too few paths were good ones');
  });
});

describe('referenceText', () => {
  it('is the tag or the digest', () => {
    assert.equal(referenceText({ kind: 'tag', tag: 'x' }), 'x');
    assert.equal(referenceText({ kind: 'digest', digest: DIGEST }), DIGEST);
  });
});

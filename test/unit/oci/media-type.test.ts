import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bareMediaType,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  DOCKER_SCHEMA1,
  DOCKER_SCHEMA1_SIGNED,
  isSchema1,
  MANIFEST_ACCEPT,
  MANIFEST_TYPES,
  OCI_INDEX,
  OCI_MANIFEST,
} from '#src/oci/media-type.js';

describe('bareMediaType', () => {
  for (const [header, expected] of [
    [OCI_INDEX, OCI_INDEX],
    [' Application/JSON ; charset=utf-8', 'application/json'],
    ['a/b;c;d', 'a/b'],
    ['', ''],
    [';', ''],
  ] as const) {
    it(`of ${JSON.stringify(header)} is ${JSON.stringify(expected)}`, () =>
      assert.equal(bareMediaType(header), expected));
  }
});

describe('what is accepted from an upstream', () => {
  it('is every manifest that is served, and schema 1 only as the last resort', () => {
    const entries = MANIFEST_ACCEPT.split(', ');
    assert.deepEqual(entries.slice(0, -1), [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST]);
    assert.equal(entries.at(-1), `${DOCKER_SCHEMA1_SIGNED};q=0.1`);
  });
});

describe('isSchema1', () => {
  it('is so for both forms of schema 1 and for none that is served', () => {
    assert.ok(isSchema1(DOCKER_SCHEMA1));
    assert.ok(isSchema1(DOCKER_SCHEMA1_SIGNED));
    for (const type of MANIFEST_TYPES) assert.equal(isSchema1(type), false);
  });
});

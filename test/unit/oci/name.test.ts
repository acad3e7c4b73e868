import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { OciError } from '#src/oci/error-code.js';
import {
  isComponent,
  isHost,
  isRepository,
  isTag,
  looksLikeHost,
  NAME_LIMIT,
  parseRepository,
} from '#src/oci/name.js';

const names = ['a', 'node', 'library/node', 'a.b/c_d/e__f/g---h', '0/1', 'ghcr.io/owner/app', 'host_5000/x'];
const notNames = [
  '',
  '/',
  'a/',
  '/a',
  'a//b',
  'A',
  'a/B',
  '.a',
  'a.',
  'a..b',
  '..',
  'a/../b',
  'a___b',
  '_a',
  '-a',
  'a-',
  'a._b',
  'a b',
  'a\0',
  'a\n',
  'a:b',
  'a%2fb',
  'ä',
];

describe('a repository name', () => {
  for (const name of names) it(`may be ${name}`, () => assert.equal(parseRepository(name), name));
  for (const name of notNames) {
    it(`may not be ${JSON.stringify(name)}`, () => {
      assert.equal(isRepository(name), false);
      assert.throws(
        () => parseRepository(name),
        (error) => error instanceof OciError && error.code === 'NAME_INVALID',
      );
    });
  }

  it('has at most 255 characters', () => {
    assert.equal(isRepository('a'.repeat(NAME_LIMIT)), true);
    assert.equal(isRepository('a'.repeat(NAME_LIMIT + 1)), false);
  });

  it('is refused with what to change', () => {
    const hintFor = (text: string) => {
      try {
        parseRepository(text);
      } catch (error) {
        if (error instanceof OciError) return error.hint;
      }
      return undefined;
    };
    assert.match(hintFor('a'.repeat(256)) ?? '', /longer than 255/);
    assert.match(hintFor('library/Node') ?? '', /lower case/);
    assert.match(hintFor('a..b') ?? '', /single separators/);
  });

  it('is made of components, and of nothing that means something to a file system', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '0', '.', '_', '-', '/', '\0', '\\') }), (text) => {
        if (!isRepository(text)) return;
        assert.doesNotMatch(text, /\0|\\|\.\.|^\/|\/$|\/\//);
        assert.ok(text.split('/').every(isComponent));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a tag', () => {
  for (const tag of ['latest', '1.2.3', '_x', 'V1-b_c.d', 'a'.repeat(128)]) {
    it(`may be ${tag.slice(0, 20)}`, () => assert.equal(isTag(tag), true));
  }
  for (const tag of ['', '.a', '-a', 'a/b', 'a:b', 'a b', 'a\n', 'ä', 'a'.repeat(129)]) {
    it(`may not be ${JSON.stringify(tag.slice(0, 20))}`, () => assert.equal(isTag(tag), false));
  }
});

describe('a host', () => {
  const hosts = [
    'docker.io',
    'localhost',
    'Ghcr.IO',
    'a-b.c:5000',
    '10.0.0.5:5000',
    '[::1]',
    '[fe80::1]:5000',
  ];
  for (const host of hosts) it(`may be ${host}`, () => assert.equal(isHost(host), true));
  const others = [
    '',
    '-a',
    'a-',
    'a..b',
    '.a',
    'a.',
    'a:',
    'a:123456',
    'a:x',
    '::1',
    '[::1',
    '[]',
    'a/b',
    'a@b',
    'a_b',
  ];
  for (const host of others)
    it(`may not be ${JSON.stringify(host)}`, () => assert.equal(isHost(host), false));

  for (const first of ['localhost', 'docker.io', 'host:5000', '[::1]', 'Host']) {
    it(`is meant by ${first} in front`, () => assert.equal(looksLikeHost(first), true));
  }
  for (const first of ['library', 'host_5000', 'localhosts', 'a-b', '']) {
    it(`is not meant by ${JSON.stringify(first)} in front`, () => assert.equal(looksLikeHost(first), false));
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matchingTags, TagPatternError } from '#src/images/tags/match-pattern.js';
import { naturalOrder } from '#src/images/tags/natural-order.js';
import { selectTags } from '#src/images/tags/select-tags.js';
import { rangeTest } from '#src/images/tags/tag-version.js';
import type { TagSelection } from '#src/oci/image-options.js';
import { parseVersionRange } from '#src/oci/version-range.js';

/** Tags as a repository on Docker Hub has them. */
const TAGS = [
  'latest',
  '1',
  '1.9',
  '1.9.1',
  '1.25',
  '1.25.3',
  'v1.25.10',
  '1.26.0-rc.1',
  '1.25-alpine',
  '1.9-alpine',
  '1.25.3-alpine',
  '2.0.0',
  '2.0.1-beta',
  '1.2.3.4',
  'nightly-9',
  'nightly-10',
];

function range(text: string, newest?: number): TagSelection {
  const parsed = parseVersionRange(text);
  assert.ok(parsed !== undefined, text);
  return { kind: 'range', range: parsed, newest };
}

function pattern(regex: RegExp, newest?: number): TagSelection {
  return { kind: 'pattern', pattern: regex, newest };
}

describe('choosing tags by a range of versions', () => {
  it('takes versions in it, the newest first, with or without a v and with fewer numbers', () => {
    assert.deepEqual(selectTags(TAGS, range('^1.9')), ['v1.25.10', '1.25.3', '1.25', '1.9.1', '1.9']);
    assert.deepEqual(selectTags(TAGS, range('1.x')), ['v1.25.10', '1.25.3', '1.25', '1.9.1', '1.9', '1']);
    assert.deepEqual(selectTags(TAGS, range('>=1.9,<1.25')), ['1.9.1', '1.9']);
    assert.deepEqual(selectTags(TAGS, range('1.9 - 1.9 || >=2')), ['2.0.0', '1.9.1', '1.9']);
  });

  it('takes so many of the newest ones', () => {
    assert.deepEqual(selectTags(TAGS, range('*', 2)), ['2.0.0', 'v1.25.10']);
    assert.deepEqual(selectTags(TAGS, range('^3', 2)), []);
  });

  it('takes a pre-release only when the range names one of the same version', () => {
    assert.deepEqual(selectTags(TAGS, range('>=1.26.0-rc.0')), ['2.0.0', '1.26.0-rc.1']);
    assert.deepEqual(selectTags(TAGS, range('=1.25.3-alpine')), ['1.25.3-alpine']);
  });

  it('counts zeros in front of numbers as nothing, as in calendar versions', () => {
    const tags = ['22.04', '24.04', '24.10', '24.04.1', '2024.01.09', '2024.01.10'];
    assert.deepEqual(selectTags(tags, range('~24.04')), ['24.04.1', '24.04']);
    assert.deepEqual(selectTags(tags, range('>=2024.01.09', 1)), ['2024.01.10']);
  });

  it('has the more exact of two tags for one version first', () => {
    assert.deepEqual(selectTags(['1', '1.0', 'v1.0.0', '1.0.0'], range('*')), [
      '1.0.0',
      'v1.0.0',
      '1.0',
      '1',
    ]);
  });
});

describe('choosing tags by a pattern', () => {
  it('takes what matches: versions first, then the others, numbers by their value', () => {
    assert.deepEqual(selectTags(TAGS, pattern(/^nightly-\d+$/)), ['nightly-10', 'nightly-9']);
    assert.deepEqual(selectTags(TAGS, pattern(/alpine$/)), ['1.25.3-alpine', '1.25-alpine', '1.9-alpine']);
    assert.deepEqual(selectTags(TAGS, pattern(/^1\.\d+-alpine$/, 1)), ['1.25-alpine']);
    assert.deepEqual(selectTags(TAGS, pattern(/^2\.|LATEST/i)), ['2.0.1-beta', '2.0.0', 'latest']);
  });

  it('passes over what can be no tag, and what is listed twice', () => {
    assert.deepEqual(selectTags(['a b', '../x', '', 'ok', 'ok', 'x'.repeat(129)], pattern(/./)), ['ok']);
  });

  it('is ended when it runs too long on tags that were made for that', () => {
    const hostile = Array.from({ length: 1_000 }, () => `${'a'.repeat(127)}!`);
    for (const bad of [/^(a+)+$/, /a*a*a*a*a*a*a*a*b/]) {
      assert.throws(() => matchingTags(hostile, bad, 50), TagPatternError);
    }
    const tags = hostile.map((_, index) => `${'a'.repeat(120)}${index}`);
    assert.equal(selectTags(tags, pattern(/^a+\d+$/)).length, 1_000);
  });
});

describe('the order of tags', () => {
  const text = fc.stringMatching(/^[a-c0-2.-]{0,8}$/);

  it('is one: nothing is before and behind something else', () => {
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        assert.equal(Math.sign(naturalOrder(a, b)), -Math.sign(naturalOrder(b, a)) + 0);
        assert.equal(naturalOrder(a, b) === 0, a === b);
        if (naturalOrder(a, b) <= 0 && naturalOrder(b, c) <= 0) assert.ok(naturalOrder(a, c) <= 0);
      }),
    );
  });

  it('does not depend on the order in which an upstream lists them', () => {
    const shuffled = fc.shuffledSubarray(TAGS, { minLength: TAGS.length, maxLength: TAGS.length });
    const all = selectTags(TAGS, pattern(/./));
    assert.equal(all.length, TAGS.length);
    fc.assert(fc.property(shuffled, (tags) => assert.deepEqual(selectTags(tags, pattern(/./)), all)));
  });
});

describe('a range that is taken', () => {
  const number = fc.oneof(
    fc.nat(30).map(String),
    fc.constantFrom('x', '*', '04', '999999999999999', '1000000000000000'),
  );
  const version = fc
    .tuple(
      fc.array(number, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('', '', '-rc.1', '-01', '-0a', '-'),
    )
    .map(([numbers, rest]) => numbers.join('.') + rest);
  const comparator = fc.tuple(
    fc.constantFrom('', '^', '~', '~>', '>', '>=', '<', '<=', '=', '>= ', '!', 'v', '=v'),
    version,
  );
  const text = fc
    .array(
      comparator.map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .chain((parts) =>
      fc.constantFrom(' ', ',', ' - ', ' || ', '||').map((separator) => parts.join(separator)),
    );

  it('is one that can be worked with, and stays the same when it is read again', () => {
    let taken = 0;
    fc.assert(
      fc.property(text, (each) => {
        const parsed = parseVersionRange(each);
        if (parsed === undefined) return;
        taken += 1;
        assert.doesNotThrow(() => rangeTest(parsed), parsed);
        assert.equal(parseVersionRange(parsed), parsed);
      }),
      { numRuns: 3_000 },
    );
    assert.ok(taken > 100, `${taken} are ranges`);
  });

  it('is none of what people may write by mistake', () => {
    for (const each of [
      '',
      'latest',
      '1.25-alpine',
      '^',
      '1..2',
      '1.2.3.4',
      '>',
      '1.x.3',
      '/x',
      '1 -2',
      'a'.repeat(300),
    ]) {
      assert.equal(parseVersionRange(each), undefined, each);
    }
  });
});

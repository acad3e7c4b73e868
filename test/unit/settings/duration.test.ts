import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '#src/settings/duration.js';

describe('parseDuration', () => {
  const good: [string, number][] = [
    ['168h', 604_800_000],
    ['1h30m', 5_400_000],
    ['60s', 60_000],
    ['500ms', 500],
    ['1.5s', 1500],
    ['.5h', 1_800_000],
    ['1500us', 2],
    ['1500µs', 2],
    ['0', 0],
    ['0s', 0],
    ['+3m', 180_000],
  ];
  for (const [text, expected] of good) {
    it(`reads ${text}`, () => assert.equal(parseDuration(text), expected));
  }

  for (const text of [
    '',
    '10',
    '1d',
    '-1h',
    '1h-30m',
    'h',
    '1 h',
    '1H',
    '1h30',
    '.s',
    '1..5s',
    '9999999h',
    '٣s',
    '1h\n',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), undefined));
  }

  it('reads back what formatDuration writes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9_000_000_000_000 }), (ms) => parseDuration(formatDuration(ms)) === ms),
    );
  });

  it('is written as short as it can be', () => {
    assert.deepEqual([604_800_000, 5_400_000, 500, 0].map(formatDuration), ['168h', '1h30m', '500ms', '0s']);
  });
});

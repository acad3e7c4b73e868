import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatTimeLeft } from '#src/cli/live/time-left.js';

describe('the time left', () => {
  for (const [seconds, text] of [
    [0.1, '1 s'],
    [9.2, '10 s'],
    [11, '15 s'],
    [55, '55 s'],
    [56, '1 min'],
    [61, '2 min'],
    [3_599, '1 h'],
    [3_601, '1 h 5 min'],
    [7_199, '2 h'],
    [86_400, '24 h'],
    [360_000, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [Number.NaN, undefined],
  ] as const) {
    it(`of ${seconds} seconds is ${text ?? 'not said'}`, () => assert.equal(formatTimeLeft(seconds), text));
  }
});

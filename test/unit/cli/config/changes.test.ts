import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changesBetween, summarize } from '#src/cli/config/changes.js';

const values = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 'y'] as const);

describe('changes of settings', () => {
  it('are what has another value, came or went', () => {
    const before = new Map([
      ['A', 'y'],
      ['B', '1'],
      ['C', '"x"'],
    ]);
    const after = new Map([
      ['A', 'y'],
      ['B', '2'],
      ['D', 'n'],
    ]);
    assert.deepEqual(summarize(changesBetween(before, after), []), [
      'B: 1 -> 2',
      'C: "x" -> (none)',
      'D: (none) -> n',
    ]);
  });

  it('are counted where many come or go with what was asked for', () => {
    const few = new Map([['A', 'n']]);
    const many = new Map([['A', 'y'], ...values(11, 'S'), ['WANTED', '5']]);
    assert.deepEqual(summarize(changesBetween(few, many), ['A', 'WANTED']), [
      'A: n -> y',
      'WANTED: (none) -> 5',
      '11 settings apply now: see "docker-mirror config list"',
    ]);
    assert.deepEqual(summarize(changesBetween(many, few), ['A']), [
      'A: y -> n',
      '12 settings no longer apply: see "docker-mirror config list"',
    ]);
  });
});

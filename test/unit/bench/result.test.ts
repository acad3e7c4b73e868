import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, ratio, record } from '../../bench/result.js';

describe('check', () => {
  it('compares as it is printed, with two decimals', () => {
    assert.equal(check('bytes', 1.004, '≤', 1).ok, true);
    assert.equal(check('bytes', 1.006, '≤', 1).ok, false);
    assert.equal(check('rate', 0.996, '≥', 1).ok, true);
    assert.equal(check('rate', 0.99, '≥', 1).ok, false);
  });

  it('is neither kept nor missed when a value is missing', () => {
    assert.equal(check('rate', ratio(3, undefined), '≥', 1).ok, undefined);
    assert.equal(check('rate', ratio(undefined, 3), '≥', 1).ok, undefined);
  });
});

describe('record', () => {
  it('keeps the samples of each server apart, in their order', () => {
    const recorder = record('time', 's');
    recorder.add('mirror', 3);
    recorder.add('stock', 8);
    recorder.add('mirror', 1, 2);
    assert.equal(recorder.median('mirror'), 2);
    assert.equal(recorder.max('mirror'), 3);
    assert.equal(recorder.median('nginx'), undefined);
    assert.deepEqual(recorder.measure(), {
      label: 'time',
      unit: 's',
      samples: { mirror: [3, 1, 2], stock: [8] },
      summary: { mirror: { min: 1, median: 2, max: 3 }, stock: { min: 8, median: 8, max: 8 } },
    });
  });
});

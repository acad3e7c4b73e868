import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { numbersFrom, probabilitiesFrom, seedFrom } from '#src/cli/config/random.js';

describe('KCONFIG_SEED', () => {
  it('is decimal or hexadecimal', () => {
    assert.equal(seedFrom(undefined), undefined);
    assert.equal(seedFrom(''), undefined);
    assert.equal(seedFrom('42'), 42);
    assert.equal(seedFrom('0x2A'), 42);
    assert.equal(seedFrom('0xffffffff'), 4294967295);
  });

  it('is refused otherwise', () => {
    for (const text of ['x', '-1', '0x', '1e3', '4294967296', ' 1']) {
      assert.throws(() => seedFrom(text), /expected a whole number/, text);
    }
  });
});

describe('KCONFIG_PROBABILITY', () => {
  it('has one, two or three parts', () => {
    assert.equal(probabilitiesFrom(undefined), undefined);
    assert.deepEqual(probabilitiesFrom('51'), { boolYes: 51, tristateYes: 25, tristateModule: 26 });
    assert.deepEqual(probabilitiesFrom('30:20'), { boolYes: 50, tristateYes: 30, tristateModule: 20 });
    assert.deepEqual(probabilitiesFrom('0:60:40'), { boolYes: 0, tristateYes: 60, tristateModule: 40 });
  });

  it('is refused otherwise', () => {
    for (const text of ['101', '60:60', '10:60:60', '1:2:3:4', 'a', '-1', '1:', '1.5']) {
      assert.throws(() => probabilitiesFrom(text), /expected up to three percentages/, text);
    }
  });
});

describe('numbers from a seed', () => {
  it('are the same each time, others for another seed, and spread evenly', () => {
    const take = (seed: number, count: number): number[] => {
      const next = numbersFrom(seed);
      return Array.from({ length: count }, next);
    };
    assert.deepEqual(take(7, 20), take(7, 20));
    assert.notDeepEqual(take(7, 20), take(8, 20));
    const many = take(1, 10_000);
    assert.ok(many.every((number) => number >= 0 && number < 1));
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const count = many.filter((number) => Math.floor(number * 10) === tenth).length;
      assert.ok(count > 850 && count < 1150, `${tenth}: ${count}`);
    }
  });
});

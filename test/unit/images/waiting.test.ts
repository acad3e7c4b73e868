import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countWaiting, describeWaiting, isWaiting, type Waiting } from '#src/images/waiting.js';

const NOW = new Date(2026, 5, 10, 2, 30);
const at = (day: number, hour: number) => new Date(2026, 5, day, hour).toISOString();

const HUB: Waiting = {
  for: 'rate-limit',
  upstream: 'docker.io',
  until: at(10, 8),
  atLatest: true,
  limit: 100,
  remaining: 10,
  reserve: 10,
};
const REFUSED: Waiting = {
  ...HUB,
  upstream: 'ghcr.io',
  until: at(10, 3),
  atLatest: false,
  limit: null,
  remaining: null,
  reserve: null,
};
const WINDOW: Waiting = { ...REFUSED, for: 'window', upstream: null, until: at(11, 1) };

describe('what an update waits for', () => {
  it('is said in words, with the day when it is another one', () => {
    assert.equal(
      describeWaiting(HUB, NOW),
      'docker.io until 08:00 at the latest (10 pulls left of 100, 10 are kept for people)',
    );
    assert.equal(
      describeWaiting({ ...HUB, remaining: 1, reserve: 0 }, NOW),
      'docker.io until 08:00 at the latest (1 pull left of 100)',
    );
    assert.equal(describeWaiting(REFUSED, NOW), 'ghcr.io until 03:00 (it was asked too often)');
    assert.equal(describeWaiting(WINDOW, NOW), 'the time of day for it, until 2026-06-11 01:00');
  });

  it('is counted by what it is, the first one to be over first', () => {
    const later = { ...HUB, until: at(10, 9), remaining: 9 };
    const counted = countWaiting([HUB, WINDOW, REFUSED, later]);
    assert.deepEqual(
      counted.map(({ upstream, images }) => [upstream, images]),
      [
        ['ghcr.io', 1],
        ['docker.io', 2],
        [null, 1],
      ],
    );
    assert.equal(counted[1]?.remaining, 9);
    assert.deepEqual(countWaiting([]), []);
  });

  it('is recognised in a record', () => {
    for (const wait of [HUB, REFUSED, WINDOW])
      assert.equal(isWaiting(JSON.parse(JSON.stringify(wait))), true);
    for (const other of [
      undefined,
      null,
      'x',
      {},
      { ...HUB, until: 'soon' },
      { ...HUB, for: 'fun' },
      { ...HUB, limit: '9' },
    ]) {
      assert.equal(isWaiting(other), false);
    }
  });
});

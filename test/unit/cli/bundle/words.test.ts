import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { progressText } from '#src/cli/bundle/progress.js';
import { dateOf } from '#src/cli/bundle/read-since.js';
import { splitSize } from '#src/cli/bundle/split-size.js';
import { groupVolumes } from '#src/images/bundle/volume-name.js';

describe('what is typed for bundles', () => {
  for (const [text, bytes] of [
    ['4G', 4e9],
    ['4GB', 4e9],
    ['700m', 7e8],
    ['2Gi', 2 ** 31],
    ['1500000', 1_500_000],
    ['1000K', 1_000_000],
  ] as const) {
    it(`--split ${text} is ${bytes} bytes`, () => assert.equal(splitSize(text), bytes));
  }

  for (const text of ['', '4X', '10', '999k', '-4G', '4.5G', '9999999999999999', '4 G']) {
    it(`--split "${text}" is refused`, () => {
      assert.throws(() => splitSize(text), { name: 'UsageError', message: /expected a size of at least 1M/ });
    });
  }

  const now = Date.UTC(2026, 10, 21);
  for (const [text, date] of [
    ['7d', '2026-11-14T00:00:00.000Z'],
    ['90m', '2026-11-20T22:30:00.000Z'],
    ['2w', '2026-11-07T00:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T02:00:00+01:00', '2026-11-01T01:00:00.000Z'],
  ] as const) {
    it(`--since ${text} is ${date}`, () => assert.equal(dateOf(text, now), Date.parse(date)));
  }

  it('--since takes everything else for a file, and a date that there is not for a mistake', () => {
    for (const text of ['bundle.tar', './7d', 'x.list.json', '2026-11', '7 days'])
      assert.equal(dateOf(text, now), undefined);
    assert.throws(() => dateOf('2026-13-01', now), { name: 'UsageError', message: /there is no such date/ });
  });

  it('takes volumes together with their first one, wherever they are', () => {
    assert.deepEqual(groupVolumes(['/a/x.tar.000', '/b/x.tar.001', 'y.tar', 'z.tar.001', '-']), [
      { first: '/a/x.tar.000', others: ['/b/x.tar.001'] },
      { first: 'y.tar', others: [] },
      { first: 'z.tar.001', others: [] },
      { first: '-', others: [] },
    ]);
    assert.deepEqual(groupVolumes(['x.tar.002', 'x.tar.001', 'x.tar.000']), [
      { first: 'x.tar.000', others: ['x.tar.002', 'x.tar.001'] },
    ]);
  });

  it('tells the rate and the time left once they mean something', () => {
    assert.equal(progressText('', 1e6, 1e9, 1e6, 10), '1.0 MB of 1.0 GB');
    assert.equal(progressText('x: ', 5e8, 1e9, 1e8, 10_000), 'x: 500 MB of 1.0 GB, 10.0 MB/s, 50 s left');
    assert.equal(progressText('', 1e8, 1e11, 1e8, 10_000), '100 MB of 100 GB, 10.0 MB/s, 2 h 47 min left');
  });
});

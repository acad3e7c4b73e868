import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatBandwidth, parseBandwidth } from '#src/settings/bandwidth.js';

describe('a bandwidth', () => {
  it('is read in bytes a second', () => {
    for (const [text, value] of [
      ['0', 0],
      ['50Mbit/s', 6_250_000],
      ['50 Mbit/s', 6_250_000],
      ['1.5Gbit/s', 187_500_000],
      ['500kbit/s', 62_500],
    ] as const) {
      assert.deepEqual(parseBandwidth(text), { value });
    }
  });

  it('is refused without a unit, or when it is none', () => {
    for (const text of [
      '50',
      '50M',
      '-1Mbit/s',
      '50MB/s',
      '1e3Mbit/s',
      'fast',
      '9999999Gbit/s',
      '50mbit/s',
    ]) {
      assert.ok('expected' in parseBandwidth(text), text);
    }
  });

  it('is written as it is read', () => {
    for (const text of ['1Mbit/s', '0.5Mbit/s', '1000000Mbit/s']) {
      const parsed = parseBandwidth(text);
      assert.equal('value' in parsed ? formatBandwidth(parsed.value) : undefined, text);
    }
  });
});

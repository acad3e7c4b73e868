import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseToken } from '#src/upstream/token.js';

const NOW = Date.UTC(2024, 6, 1);
const read = (document: object) => parseToken(JSON.stringify(document), NOW);

describe('parseToken', () => {
  it('takes token, or access_token', () => {
    assert.equal(read({ token: 'a', access_token: 'b' })?.value, 'a');
    assert.equal(read({ token: '', access_token: 'b' })?.value, 'b');
    assert.equal(read({ access_token: 'b', refresh_token: 'r' })?.refreshToken, 'r');
  });

  for (const [told, lives] of [
    [undefined, 60],
    [300, 300],
    [5, 60],
    [-1, 60],
    ['300', 60],
    [1e12, 86_400],
  ] as const) {
    it(`with expires_in ${told} is used for most of ${lives} s`, () => {
      const early = Math.min(lives / 10, 30);
      assert.equal(read({ token: 'a', expires_in: told })?.refreshAt, NOW + (lives - early) * 1000);
    });
  }

  it('counts from when it was issued, unless the clocks disagree', () => {
    const issued = (ms: number) =>
      read({ token: 'a', expires_in: 300, issued_at: new Date(ms).toISOString() });
    assert.equal(issued(NOW - 60_000)?.refreshAt, NOW - 60_000 + 270_000);
    assert.equal(issued(NOW - 3_600_000)?.refreshAt, NOW + 270_000);
    assert.equal(issued(NOW + 3_600_000)?.refreshAt, NOW + 270_000);
    assert.equal(read({ token: 'a', issued_at: 'yesterday' })?.refreshAt, NOW + 54_000);
  });

  it('makes nothing of anything else', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '"token"',
      '{}',
      '{"token":5}',
      '{"token":"a b"}',
      '{"token":"a\\r\\nX: y"}',
    ]) {
      assert.equal(parseToken(text, NOW), undefined, text);
    }
  });
});

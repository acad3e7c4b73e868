import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerNotModified, etagOf, matches } from '#src/gateway/not-modified.js';
import { parseDigest } from '#src/oci/digest.js';
import { exchangeOf } from './exchanges.js';

const DIGEST = parseDigest(`sha256:${'a'.repeat(64)}`);
const OTHER = parseDigest(`sha256:${'b'.repeat(64)}`);

describe('If-None-Match', () => {
  const matching = [
    etagOf(DIGEST),
    `W/${etagOf(DIGEST)}`,
    DIGEST,
    '*',
    `"x", ${etagOf(DIGEST)}`,
    ` ${etagOf(DIGEST)} `,
  ];
  for (const condition of matching) {
    it(`names the content: ${condition.slice(0, 24)}`, () => {
      const { exchange } = exchangeOf({ headers: { 'if-none-match': condition } });
      assert.equal(matches(exchange, DIGEST), true);
    });
  }
  for (const condition of [undefined, '', etagOf(OTHER), `"${DIGEST}`, '"*"', DIGEST.slice(0, -1)]) {
    it(`names other content: ${condition?.slice(0, 24)}`, () => {
      const headers = condition === undefined ? {} : { 'if-none-match': condition };
      assert.equal(matches(exchangeOf({ headers }).exchange, DIGEST), false);
    });
  }
});

describe('answerNotModified', () => {
  it('sends 304 with tag, digest and what is added, and no body', async () => {
    const { exchange, answer } = exchangeOf();
    answerNotModified(exchange, DIGEST, { Age: '5' });
    await new Promise(setImmediate);
    const { status, headers, body } = answer();
    assert.equal(status, 304);
    assert.equal(headers['etag'], `"${DIGEST}"`);
    assert.equal(headers['docker-content-digest'], DIGEST);
    assert.equal(headers['age'], '5');
    assert.equal(body.length, 0);
  });
});

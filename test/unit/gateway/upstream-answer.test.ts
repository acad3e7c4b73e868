import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClientGoneError } from '#src/gateway/exchange.js';
import { asOciError, offlineError } from '#src/gateway/upstream-answer.js';
import { parseDigest } from '#src/oci/digest.js';
import { OciError, type OciErrorCode } from '#src/oci/error-code.js';
import { DigestMismatchError, StoreError } from '#src/store/errors.js';
import type { UpstreamErrorCode, UpstreamErrorOptions } from '#src/upstream/errors.js';
import { failure } from './upstreams.js';

describe('what a client is told of an upstream', () => {
  const cases: readonly [
    UpstreamErrorCode,
    UpstreamErrorOptions,
    OciErrorCode,
    number,
    string | undefined,
  ][] = [
    ['UPSTREAM_NOT_FOUND', {}, 'BLOB_UNKNOWN', 404, undefined],
    ['UPSTREAM_DENIED', {}, 'DENIED', 403, undefined],
    ['UPSTREAM_RATE_LIMITED', {}, 'TOOMANYREQUESTS', 429, '60'],
    ['UPSTREAM_RATE_LIMITED', { retryAfter: 2.1 }, 'TOOMANYREQUESTS', 429, '3'],
    ['UPSTREAM_TIMEOUT', {}, 'UNAVAILABLE', 504, undefined],
    ['UPSTREAM_FAILED', { retryAfter: 30 }, 'UNAVAILABLE', 502, '30'],
    ['UPSTREAM_CIRCUIT_OPEN', { retryAfter: 9.5 }, 'UNAVAILABLE', 502, '10'],
    ['UPSTREAM_INVALID', {}, 'UNAVAILABLE', 502, undefined],
  ];
  for (const [code, options, answered, status, retryAfter] of cases) {
    it(`for ${code} ${JSON.stringify(options)} is ${answered} with ${status}`, () => {
      const error = failure(code, { ...options, hint: 'look there' });
      const answer = asOciError(error, 'BLOB_UNKNOWN');
      assert.ok(answer instanceof OciError);
      assert.deepEqual([answer.code, answer.status], [answered, status]);
      assert.equal(answer.headers['Retry-After'], retryAfter);
      assert.equal(answer.message, error.message);
      assert.equal(answer.hint, 'look there');
      assert.equal(answer.cause, error);
    });
  }

  it('says what it is that is not there', () => {
    const answer = asOciError(failure('UPSTREAM_NOT_FOUND'), 'MANIFEST_UNKNOWN');
    assert.ok(answer instanceof OciError && answer.code === 'MANIFEST_UNKNOWN');
  });
});

describe('what a client is told of the store', () => {
  const digest = parseDigest(`sha256:${'a'.repeat(64)}`);
  const cases: readonly [Error, number, string | undefined][] = [
    [new StoreError('STORE_FULL', 'no room', { hint: 'make some' }), 507, undefined],
    [new StoreError('STORE_READ_ONLY', 'EROFS'), 503, undefined],
    [new StoreError('STORE_BUSY', 'taken'), 503, '1'],
    [new DigestMismatchError(digest, 'sha256:b', 1), 502, undefined],
  ];
  for (const [error, status, retryAfter] of cases) {
    it(`is ${status} for ${error.message.slice(0, 20)}`, () => {
      const answer = asOciError(error, 'BLOB_UNKNOWN');
      assert.ok(answer instanceof OciError);
      assert.deepEqual([answer.code, answer.status], ['UNAVAILABLE', status]);
      assert.equal(answer.headers['Retry-After'], retryAfter);
      assert.equal(answer.cause, error);
    });
  }

  it('is nothing new for what is an answer already, or is none of ours', () => {
    const same = [
      new OciError('DENIED', 'no'),
      new ClientGoneError(),
      new StoreError('STORE_FAILED', 'inside'),
      new Error('a bug'),
      'thrown',
    ];
    for (const error of same) assert.equal(asOciError(error, 'BLOB_UNKNOWN'), error);
  });
});

describe('what a client is told offline', () => {
  it('is what is missing, and the setting', () => {
    const error = offlineError('node:20');
    assert.deepEqual([error.code, error.status], ['UNAVAILABLE', 504]);
    assert.match(error.message, /^node:20 is not here/);
    assert.match(error.hint ?? '', /mirror\.offline/);
  });
});

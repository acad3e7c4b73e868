import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UpstreamError, type UpstreamErrorCode, type UpstreamErrorOptions } from '#src/upstream/errors.js';
import { DEFAULT_LIMITS } from '#src/upstream/limits.js';
import { retryDelay } from '#src/upstream/retry.js';

const error = (options: UpstreamErrorOptions = {}, code: UpstreamErrorCode = 'UPSTREAM_FAILED') =>
  new UpstreamError(code, 'r.test', 'message', { retryable: true, ...options });
const delay = (thrown: unknown, attempt = 1, remaining = 60_000, random = 0.5) =>
  retryDelay(thrown, attempt, DEFAULT_LIMITS, remaining, random);

describe('retryDelay', () => {
  it('waits a tenth of a second, then four, with as much jitter as that', () => {
    assert.equal(delay(error()), 100);
    assert.equal(delay(error(), 2), 400);
    assert.equal(delay(error(), 1, 60_000, 0), 50);
    assert.equal(delay(error(), 1, 60_000, 1), 150);
  });

  it('ends after three attempts, at the deadline, and for what is not retryable', () => {
    assert.equal(delay(error(), 3), undefined);
    assert.equal(delay(error(), 1, 100), undefined);
    assert.equal(delay(error({ retryable: false })), undefined);
    assert.equal(delay(new Error('no')), undefined);
    assert.equal(delay(error({}, 'UPSTREAM_CIRCUIT_OPEN')), undefined);
  });

  it('lets nobody wait twice for what does not answer', () => {
    assert.equal(delay(error({}, 'UPSTREAM_TIMEOUT')), undefined);
  });

  it('keeps to Retry-After up to a second, and reports a longer one', () => {
    assert.equal(delay(error({ retryAfter: 1 })), 1_000);
    assert.equal(delay(error({ retryAfter: 2 })), undefined);
    assert.equal(delay(error({ retryAfter: 1 }, 'UPSTREAM_RATE_LIMITED')), 1_000);
    assert.equal(delay(error({ retryAfter: 0 }, 'UPSTREAM_RATE_LIMITED')), 100);
    assert.equal(delay(error({}, 'UPSTREAM_RATE_LIMITED')), undefined);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UpdateReport, UpstreamLine } from '#src/cli/status/status-report.js';
import { findTroubles, isNearlyFull } from '#src/cli/status/troubles.js';

const GIB = 1024 ** 3;
const ROOMY = { free: 50 * GIB, total: 100 * GIB };
const LAST: NonNullable<UpdateReport['last']> = {
  started: '2026-01-03T02:00:00.000Z',
  finished: '2026-01-03T02:05:00.000Z',
  result: 'done',
  problem: null,
  log: null,
  images: 3,
  failed: 0,
  waits: [],
  servable: 3,
  archivesFailed: 0,
};

function troubles(
  last: Partial<typeof LAST> | null,
  disk = ROOMY,
  upstreams: readonly UpstreamLine[] | null = null,
) {
  const update = {
    calendar: null,
    timer: null,
    next: null,
    last: last === null ? null : { ...LAST, ...last },
    waiting: null,
  };
  return findTroubles({ update, disk, upstreams });
}

describe('the troubles of a mirror', () => {
  it('are none when all is well, or little is known', () => {
    assert.deepEqual(troubles({}), []);
    assert.deepEqual(troubles(null), []);
    assert.deepEqual(troubles({ result: 'running' }), []);
    assert.deepEqual(
      findTroubles({
        update: { calendar: null, timer: null, next: null, last: null, waiting: null },
        disk: null,
        upstreams: null,
      }),
      [],
    );
  });

  it('are an update that failed, as a whole or in part', () => {
    assert.deepEqual(troubles({ result: 'failed', problem: 'no mirror runs' }), [
      'the last update failed: no mirror runs',
    ]);
    assert.deepEqual(troubles({ result: 'failed' }), ['the last update failed']);
    assert.deepEqual(troubles({ result: 'partly', failed: 2 }), ['2 of 3 images could not be updated']);
    assert.deepEqual(troubles({ result: 'partly' }), [], 'the others only wait');
    assert.deepEqual(troubles({ result: 'partly', archivesFailed: 1 }), ['1 archive could not be written']);
  });

  it('are a disk that is nearly full', () => {
    assert.deepEqual(troubles({}, { free: GIB, total: 100 * GIB }), ['the disk is nearly full']);
    assert.equal(isNearlyFull({ free: 0.4 * GIB, total: GIB }), true);
    assert.equal(isNearlyFull({ free: 0.6 * GIB, total: GIB }), false);
    assert.equal(isNearlyFull({ free: 3 * GIB, total: 100 * GIB }), false);
  });

  it('are upstreams that are not asked any more, and not those that are tried again', () => {
    const lastError = {
      code: 'UPSTREAM_FAILED',
      message: 'connection refused',
      at: '2026-01-03T02:00:00.000Z',
    };
    const line = (circuit: UpstreamLine['circuit']) => ({
      host: 'ghcr.io',
      circuit,
      rateLimit: null,
      lastError,
    });
    assert.deepEqual(troubles({}, ROOMY, [line('open')]), ['ghcr.io is not answering (connection refused)']);
    assert.deepEqual(troubles({}, ROOMY, [line('closed'), line('half-open')]), []);
  });
});

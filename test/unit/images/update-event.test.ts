import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ImageOutcome } from '#src/images/last-update.js';
import { countOutcomes, describeEvent, formatBytes } from '#src/images/update-event.js';
import { countWaiting, type Waiting } from '#src/images/waiting.js';

function outcome(state: ImageOutcome['state'], changes: Partial<ImageOutcome> = {}): ImageOutcome {
  return { image: 'a:1', state, digest: null, bytes: 0, blobs: 0, problem: null, ...changes };
}

const WHOLE = { platform: 'linux/amd64', servable: true, missing: 0, bytes: 0 };
const PART = { platform: 'linux/arm64', servable: false, missing: 3, bytes: 41_000_000 };

describe('what happens in an update', () => {
  it('is counted', () => {
    const outcomes = [
      outcome('fetched', { bytes: 5 }),
      outcome('failed', { bytes: 2 }),
      outcome('unchanged'),
      outcome('waiting'),
      outcome('fetched', { bytes: 3, partial: true }),
      outcome('failed', { partial: true }),
      outcome('waiting', { partial: true }),
    ];
    assert.deepEqual(countOutcomes(outcomes), {
      unchanged: 1,
      fetched: 1,
      failed: 1,
      waiting: 1,
      completed: 1,
      incomplete: 2,
      bytes: 10,
    });
  });

  it('is a line for each archive', () => {
    const archive = {
      event: 'archive',
      image: 'a:1',
      path: '/m/a_1.tar.gz',
      bytes: 7,
      problem: null,
    } as const;
    const lines = [
      describeEvent({ event: 'archiving', images: 3, folder: '/m' }),
      describeEvent({ event: 'packing', image: 'a:1', done: 1, total: 2 }),
      describeEvent({ ...archive, state: 'written' }),
      describeEvent({ ...archive, state: 'unchanged' }),
      describeEvent({ ...archive, state: 'failed', path: null, problem: 'no room' }),
    ];
    assert.deepEqual(lines, [
      'Archiving 3 images into /m',
      undefined,
      'a:1: archive written: /m/a_1.tar.gz, 7 B',
      'a:1: archive unchanged',
      'a:1: archive failed: no room',
    ]);
  });

  it('is a line each, but for bytes', () => {
    const lines = [
      describeEvent({ event: 'begun', images: 1, log: null }),
      describeEvent({ event: 'fetching', image: 'a:1', blobs: 2, bytes: 1_500_000 }),
      describeEvent({ event: 'bytes', image: 'redis:7', count: 10 }),
      describeEvent({ event: 'image', ...outcome('failed', { problem: 'it is gone' }) }),
      describeEvent({ event: 'image', ...outcome('waiting') }),
      describeEvent({
        event: 'image',
        ...outcome('failed', {
          problem: 'it is gone',
          platforms: [{ ...WHOLE, servable: true, missing: 0, bytes: 0 }],
        }),
      }),
      describeEvent({
        event: 'image',
        ...outcome('failed', { problem: 'it is gone', platforms: [WHOLE, PART] }),
      }),
      describeEvent({ event: 'image', ...outcome('failed', { problem: 'it is gone', platforms: [PART] }) }),
      describeEvent({ event: 'image', ...outcome('unchanged', { platforms: [WHOLE] }) }),
      describeEvent({
        event: 'image',
        ...outcome('fetched', { attached: { manifests: 1, problem: 'it is gone' } }),
      }),
      describeEvent({
        event: 'ended',
        result: 'partly',
        problem: null,
        milliseconds: 1_234,
        archives: { written: 2, unchanged: 0, failed: 1 },
        ...countOutcomes([
          outcome('failed'),
          outcome('fetched', { partial: true }),
          outcome('failed', { partial: true }),
        ]),
      }),
      describeEvent({
        event: 'ended',
        result: 'failed',
        problem: 'no mirror',
        milliseconds: 1,
        archives: null,
        ...countOutcomes([]),
      }),
    ];
    assert.deepEqual(lines, [
      'Looking up 1 image',
      'a:1: fetching 2 blobs, 1.5 MB',
      undefined,
      'a:1: failed: it is gone',
      'a:1: not done',
      'a:1: failed: it is gone; servable offline: yes',
      'a:1: failed: it is gone; servable offline: no for linux/arm64, missing 3 blobs (41.0 MB)',
      'a:1: failed: it is gone; servable offline: no, missing 3 blobs (41.0 MB)',
      'a:1: unchanged',
      'a:1: fetched 0 blobs, 0 B; not all of what is attached to it: it is gone',
      'Done in part in 1.2 s: 0 images fetched (0 B), 0 unchanged, 1 failed, 1 completed that had been pulled in part, 1 pulled in part and not completed; archives: 2 written, 0 unchanged, 1 failed',
      'Failed: no mirror',
    ]);
  });

  it('tells what images wait for', () => {
    const now = new Date(2026, 0, 3, 2);
    const wait: Waiting = {
      for: 'rate-limit',
      upstream: 'docker.io',
      until: new Date(2026, 0, 3, 8).toISOString(),
      atLatest: false,
      limit: null,
      remaining: null,
      reserve: null,
    };
    const outcomes = [outcome('waiting', { waits: wait }), outcome('waiting')];
    const waits = countWaiting(outcomes.flatMap((each) => each.waits ?? []));
    const lines = [
      describeEvent({ event: 'image', ...outcome('waiting', { waits: wait }) }, now),
      describeEvent(
        {
          event: 'ended',
          result: 'partly',
          problem: null,
          milliseconds: 1_000,
          archives: null,
          ...countOutcomes(outcomes),
          waits,
        },
        now,
      ),
      describeEvent({ event: 'waiting', waits }, now),
    ];
    const why = 'docker.io until 08:00 (it was asked too often)';
    assert.deepEqual(lines, [
      `a:1: waits for ${why}`,
      `Done in part in 1 s: 0 images fetched (0 B), 0 unchanged, 1 not done, 1 image waits for ${why}`,
      `Going on by itself: 1 image waits for ${why}`,
    ]);
  });

  it('has bytes that people can read', () => {
    const shown = [0, 999, 1_000, 99_500, 999_499, 999_500, 1_234_567_890, 5e15].map(formatBytes);
    assert.deepEqual(shown, ['0 B', '999 B', '1.0 kB', '100 kB', '999 kB', '1.0 MB', '1.2 GB', '5000 TB']);
  });
});

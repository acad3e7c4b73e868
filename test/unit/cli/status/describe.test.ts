import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeStatus } from '#src/cli/status/describe.js';
import { formatBytes } from '#src/cli/status/format-bytes.js';
import type { StatusReport } from '#src/cli/status/status-report.js';
import type { WaitingImages } from '#src/images/waiting.js';

const REPORT: StatusReport = {
  version: 1,
  running: true,
  answers: true,
  problem: null,
  path: '/mirror/docker',
  config: '/mirror/docker/config/config.yml',
  log: '/mirror/docker/logs/docker-mirror.log',
  service: 'docker-mirror.service',
  data: '/mirror/docker/registry',
  url: 'http://localhost:5000',
  addresses: ['127.0.0.1:5000', '[::1]:5000'],
  pid: 4711,
  supervisorPid: null,
  since: '2026-01-03T00:00:00.000Z',
  restarts: 0,
  lastExit: null,
  manager: 'systemd',
  update: {
    calendar: '*-*-* 02:00:00',
    timer: 'active',
    next: '2026-01-04T02:13:00.000Z',
    last: {
      started: '2026-01-03T02:00:00.000Z',
      finished: '2026-01-03T02:05:00.000Z',
      result: 'partly',
      problem: null,
      log: null,
      images: 12,
      failed: 1,
      waits: [],
      servable: 11,
      archivesFailed: 0,
    },
    waiting: null,
  },
  size: { bytes: 5_000_000_000, blobs: 321, exact: false },
  disk: { free: 1_000_000_000_000, total: 2_000_000_000_000 },
  upstreams: [
    {
      host: 'docker.io',
      circuit: 'closed',
      rateLimit: { limit: 100, remaining: 87, windowSeconds: 21_600, seen: '2026-01-03T00:00:00.000Z' },
      lastError: null,
    },
    {
      host: 'ghcr.io',
      circuit: 'open',
      rateLimit: null,
      lastError: {
        code: 'UPSTREAM_FAILED',
        message: 'ghcr.io refused the connection',
        at: '2026-01-03T00:00:00.000Z',
      },
    },
  ],
  leases: 2,
  troubles: ['1 of 12 images could not be updated', 'ghcr.io is not answering'],
};

describe('a status for people', () => {
  it('has everything on one screen', () => {
    const text = describeStatus(REPORT);
    assert.ok(text.split('\n').length <= 24);
    for (const line of [
      'mirror         running, with trouble',
      'process        4711, a service of systemd',
      'trouble        1 of 12 images could not be updated',
      'images         about 4.66 GiB in 321 blobs',
      'disk           931 GiB of 1.82 TiB free',
      'last update    2026-01-03T02:05:00.000Z, partly, 12 images, 1 failed, 11 servable offline',
      'next update    2026-01-04T02:13:00.000Z',
      'upstream       docker.io, in use, 87 of 100 pulls left in 6 h',
      'upstream       ghcr.io, not asked for a while, ghcr.io refused the connection',
      'leases         2',
    ])
      assert.ok(text.includes(`${line}\n`), `${line}\n---\n${text}`);
  });

  it('says what an update waits for, and whether it goes on by itself', () => {
    const wait: WaitingImages = {
      for: 'rate-limit',
      upstream: 'docker.io',
      until: new Date(2026, 0, 3, 8).toISOString(),
      atLatest: true,
      limit: 100,
      remaining: 10,
      reserve: 10,
      images: 3,
    };
    const now = new Date(2026, 0, 3, 2);
    const { update } = REPORT;
    const last = { ...update.last, waits: [wait] } as never;
    const text =
      '3 images wait for docker.io until 08:00 at the latest (10 pulls left of 100, 10 are kept for people)';
    assert.ok(
      describeStatus({ ...REPORT, update: { ...update, last } }, now).includes(`update waits   ${text}\n`),
    );
    const waiting = { pid: 99, waits: [wait] };
    assert.ok(
      describeStatus({ ...REPORT, update: { ...update, last, waiting } }, now).includes(
        `update waits   ${text}, and goes on by itself (process 99)\n`,
      ),
    );
  });

  it('says what there is to say of an update that runs, a timer that is off, and a schedule without systemd', () => {
    const last = {
      ...REPORT.update.last,
      result: 'running',
      finished: null,
      images: 1,
      failed: 0,
      servable: null,
      archivesFailed: 0,
    } as const;
    const of = (update: Partial<StatusReport['update']>) =>
      describeStatus({ ...REPORT, update: { ...REPORT.update, ...update } as StatusReport['update'] });
    assert.match(
      of({ last: last as never }),
      /^last update +running since 2026-01-03T02:00:00\.000Z, 1 image$/m,
    );
    assert.match(of({ next: null, timer: 'inactive' }), /^next update +none: the timer is inactive$/m);
    assert.match(of({ next: null, timer: null }), /^next update +at \*-\*-\* 02:00:00$/m);
    assert.doesNotMatch(of({ next: null, timer: null, calendar: null, last: null }), /^(last|next) update/m);
  });
});

describe('bytes', () => {
  it('have three digits', () => {
    const rows: readonly (readonly [number, string])[] = [
      [0, '0 B'],
      [999, '999 B'],
      [1000, '0.98 KiB'],
      [1024, '1.00 KiB'],
      [10 * 1024, '10.0 KiB'],
      [100 * 1024, '100 KiB'],
      [1023 * 1024, '1.00 MiB'],
      [5 * 1024 ** 3, '5.00 GiB'],
      [Number.MAX_SAFE_INTEGER, '8.00 PiB'],
    ];
    for (const [bytes, text] of rows) assert.equal(formatBytes(bytes), text);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ImageOutcome } from '#src/images/last-update.js';
import type { UpdateEnd } from '#src/images/run-update.js';
import { runScheduled, type ScheduledUpdateOptions } from '#src/images/scheduled-update.js';
import type { TimeWindow } from '#src/images/time-window.js';
import type { Waiting } from '#src/images/waiting.js';
import { untilOpen, WindowClosedError } from '#src/images/window-closed.js';

const moment = (hour: number, minute = 0, day = 10) => new Date(2026, 5, day, hour, minute);
const NIGHT: TimeWindow = { from: 60, to: 360 };

function hub(until: Date): Waiting {
  return {
    ...untilOpen(until),
    for: 'rate-limit',
    upstream: 'docker.io',
    limit: 100,
    remaining: 10,
    reserve: 10,
  };
}

function ended(...waits: readonly Waiting[]): UpdateEnd {
  const images = waits.map((each, index): ImageOutcome => {
    return {
      image: `app${index}`,
      state: 'waiting',
      digest: null,
      bytes: 0,
      blobs: 0,
      problem: null,
      waits: each,
    };
  });
  const process = { pid: 1, started: '1' };
  const started = new Date(0).toISOString();
  const record = {
    version: 1,
    process,
    started,
    finished: started,
    problem: null,
    log: null,
    images,
  } as const;
  return {
    kind: 'ended',
    record: { ...record, result: waits.length > 0 ? 'partly' : 'done' },
    error: undefined,
  };
}

const BUSY: UpdateEnd = { kind: 'busy', holder: undefined, since: undefined };

/** A scheduled update on a clock that jumps to where everybody sleeps to, and what it did, with the times. */
function scene(
  start: Date,
  given: Partial<ScheduledUpdateOptions> & { passes: (() => UpdateEnd | Promise<UpdateEnd>)[] },
) {
  let now = start.getTime();
  const seen: string[] = [];
  const note = (what: string) =>
    seen.push(`${new Date(now).getDate()}. ${new Date(now).toTimeString().slice(0, 5)} ${what}`);
  const { passes, ...others } = given;
  const stop = new AbortController();
  const options: ScheduledUpdateOptions = {
    signal: stop.signal,
    clock: {
      now: () => new Date(now),
      sleep: async (milliseconds, signal) => {
        await new Promise(setImmediate);
        if (!signal.aborted) now += milliseconds;
      },
    },
    window: async () => undefined,
    pass: async () => {
      note('pass');
      const pass = passes.shift();
      assert.ok(pass !== undefined, 'one pass too many');
      return await pass();
    },
    isOver: async () => false,
    onWaiting: async (waits) => {
      note(
        waits === undefined
          ? 'goes on'
          : `waits for ${waits.map((each) => `${each.upstream ?? 'the window'} ${each.images}`).join(', ')}`,
      );
    },
    ...others,
  };
  return {
    options,
    seen,
    stop,
    set: (to: Date) => {
      now = to.getTime();
    },
  };
}

describe('a scheduled update', () => {
  it('is one pass when nothing has to wait', async () => {
    const { options, seen } = scene(moment(2), { passes: [() => ended()] });
    assert.deepEqual(await runScheduled(options), ended());
    assert.deepEqual(seen, ['10. 02:00 pass']);
  });

  it('goes on when the limit of an upstream is over', async () => {
    const { options, seen } = scene(moment(2), {
      passes: [() => ended(hub(moment(8)), hub(moment(8))), () => ended()],
    });
    assert.deepEqual(await runScheduled(options), ended());
    assert.deepEqual(seen, [
      '10. 02:00 pass',
      '10. 02:00 waits for docker.io 2',
      '10. 08:00 goes on',
      '10. 08:00 pass',
    ]);
  });

  it('goes on earlier when the upstream allows more again, and asks every few minutes', async () => {
    let asked = 0;
    const { options, seen } = scene(moment(2), {
      passes: [() => ended(hub(moment(8))), () => ended()],
      isOver: async ({ images, upstream }) => {
        assert.deepEqual([upstream, images], ['docker.io', 1]);
        asked += 1;
        return asked === 6;
      },
    });
    await runScheduled(options);
    assert.deepEqual(seen.at(-1), '10. 02:30 pass');
  });

  it('does not go round and round with an upstream that says "now" and refuses', async () => {
    const { options, seen } = scene(moment(2), {
      passes: [() => ended(hub(moment(2))), () => ended(hub(moment(1))), () => ended()],
    });
    await runScheduled(options);
    assert.equal(seen.filter((line) => line.endsWith('pass')).length, 3);
    assert.ok(options.clock.now() >= new Date(moment(2).getTime() + 10_000));
  });

  it('waits for its time of day', async () => {
    const { options, seen } = scene(moment(22, 15), { window: async () => NIGHT, passes: [() => ended()] });
    await runScheduled(options);
    assert.deepEqual(seen, ['10. 22:15 waits for the window 0', '11. 01:00 goes on', '11. 01:00 pass']);
  });

  it('ends a pass at the end of its time of day, and does the rest in the next night', async () => {
    const { options, seen } = scene(moment(5), { window: async () => NIGHT, passes: [] });
    const passes = [
      (signal: AbortSignal) =>
        new Promise<UpdateEnd>((resolve) =>
          signal.addEventListener('abort', () => {
            assert.ok(signal.reason instanceof WindowClosedError);
            resolve(ended(untilOpen(signal.reason.until)));
          }),
        ),
      async () => ended(),
    ];
    const pass: ScheduledUpdateOptions['pass'] = async (signal) => {
      seen.push('pass');
      return (await passes.shift()?.(signal)) ?? BUSY;
    };
    assert.deepEqual(await runScheduled({ ...options, pass }), ended());
    assert.deepEqual(seen, ['pass', '10. 06:00 waits for the window 1', '11. 01:00 goes on', 'pass']);
  });

  it('waits for the window too when a limit is over outside of it', async () => {
    const { options, seen } = scene(moment(2), {
      window: async () => NIGHT,
      passes: [() => ended(hub(moment(8))), () => ended()],
    });
    await runScheduled(options);
    assert.deepEqual(seen.slice(2), [
      '10. 08:00 goes on',
      '10. 08:00 waits for the window 1',
      '11. 01:00 goes on',
      '11. 01:00 pass',
    ]);
  });

  it('goes by the clock on the wall when the host slept', async () => {
    const { options, seen, set } = scene(moment(2), { passes: [() => ended(hub(moment(8))), () => ended()] });
    let slept = false;
    const clock = {
      ...options.clock,
      sleep: async (milliseconds: number, signal: AbortSignal) => {
        await options.clock.sleep(milliseconds, signal);
        if (!slept) set(moment(14));
        slept = true;
      },
    };
    await runScheduled({ ...options, clock });
    assert.equal(seen.at(-1), '10. 14:00 pass');
  });

  it('ends when it is told to, also while it waits', async () => {
    const waiting = scene(moment(2), { passes: [() => ended(hub(moment(8)))] });
    const sleep = async () => waiting.stop.abort();
    assert.deepEqual(
      await runScheduled({ ...waiting.options, clock: { ...waiting.options.clock, sleep } }),
      ended(hub(moment(8))),
    );
    assert.equal(waiting.seen.at(-1), '10. 02:00 goes on', 'it is noted that nobody waits any more');
    const early = scene(moment(12), { window: async () => NIGHT, passes: [] });
    const stop = async () => early.stop.abort();
    assert.equal(
      await runScheduled({ ...early.options, clock: { ...early.options.clock, sleep: stop } }),
      undefined,
    );
  });

  it('leaves an update alone that somebody else has begun, and looks again when it was waiting', async () => {
    const first = scene(moment(2), { passes: [() => BUSY] });
    assert.deepEqual(await runScheduled(first.options), BUSY);
    const later = scene(moment(2), { passes: [() => ended(hub(moment(8))), () => BUSY, () => ended()] });
    assert.deepEqual(await runScheduled(later.options), ended());
    assert.equal(later.seen.at(-1), '10. 08:01 pass');
  });

  it('follows a time of day that is changed while it waits for something', async () => {
    let window: TimeWindow | undefined = NIGHT;
    const { options, seen } = scene(moment(7), { window: async () => window, passes: [() => ended()] });
    const onWaiting = async () => {
      window = { from: 0, to: 0 };
    };
    await runScheduled({ ...options, onWaiting });
    assert.equal(seen.at(-1), '10. 07:05 pass');
  });
});

import type { UpdateEnd } from './run-update.js';
import { type TimeWindow, type WindowState, windowState } from './time-window.js';
import { countWaiting, type WaitingImages } from './waiting.js';
import { untilOpen, WindowClosedError } from './window-closed.js';

/** The clock on the wall, which may be changed, and a host that may sleep. */
export interface WallClock {
  now(): Date;
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** How an update that nobody waits for is run. */
export interface ScheduledUpdateOptions {
  readonly signal: AbortSignal;
  readonly clock: WallClock;
  /** The time of day for it; asked anew before each pass, as settings change. */
  readonly window: () => Promise<TimeWindow | undefined>;
  /** Does what can be done now; told of the end of the window by an abort with a WindowClosedError. */
  readonly pass: (window: AbortSignal) => Promise<UpdateEnd>;
  /** Asks whether a limit that is waited for has changed so much that going on is worth it. */
  readonly isOver: (waiting: WaitingImages, signal: AbortSignal) => Promise<boolean>;
  /** Told what it waits for; undefined: it goes on. */
  readonly onWaiting: (waits: readonly WaitingImages[] | undefined) => Promise<void>;
}

/** The clock is looked at so often, milliseconds: a timer does not notice that the host slept, or that its clock was set. */
const LOOK_MS = 30_000;
/** It never waits for less, milliseconds: an upstream may say that it may be asked again at once, and refuse. */
const LEAST_MS = 5_000;
/** Between two questions whether an upstream allows more again. */
const ASK_MS = 5 * 60_000;
/** How long it waits for an update that somebody has begun meanwhile. */
const BUSY_MS = 60_000;

/**
 * Runs an update within its time of day, and in as many passes as upstreams allow: what has to wait is waited for, and then everything is
 * looked up anew, which costs nothing where nothing changed. The lock is free meanwhile: who runs an update by hand goes ahead.
 * @returns how the last pass ended; undefined when it was told to end before the first one
 */
export async function runScheduled(options: ScheduledUpdateOptions): Promise<UpdateEnd | undefined> {
  const { signal, clock, pass } = options;
  let last: UpdateEnd | undefined;
  while (!signal.aborted) {
    const state = windowState(clock.now(), await options.window());
    if (!state.open) {
      await waitFor([{ ...untilOpen(state.until), images: waitingIn(last) }], options);
      continue;
    }
    const closing = new AbortController();
    const watched = watch(state, closing, options);
    const end = await pass(closing.signal);
    const closed = closing.signal.aborted;
    closing.abort();
    await watched;
    if (end.kind === 'busy') {
      if (last === undefined) return end;
      await clock.sleep(BUSY_MS, signal);
      continue;
    }
    last = end;
    if (signal.aborted) break;
    const waits = countWaiting(end.record.images.flatMap((image) => image.waits ?? []));
    if (waits.length === 0 && !closed) return end;
    await waitFor(
      waits.filter((each) => each.for === 'rate-limit'),
      options,
    );
  }
  return last;
}

function waitingIn(end: UpdateEnd | undefined): number {
  return end?.kind === 'ended' ? end.record.images.filter(({ state }) => state === 'waiting').length : 0;
}

/** Ends the pass when the window closes. */
async function watch(
  state: WindowState,
  closing: AbortController,
  { signal, clock, window }: ScheduledUpdateOptions,
): Promise<void> {
  const { until } = state;
  if (until === undefined) return;
  const stop = AbortSignal.any([signal, closing.signal]);
  while (!stop.aborted) {
    const left = until.getTime() - clock.now().getTime();
    if (left > 0) {
      await clock.sleep(Math.min(left, LOOK_MS), stop);
      continue;
    }
    const then = windowState(clock.now(), await window());
    closing.abort(new WindowClosedError(then.until ?? until));
  }
}

/** Waits until the first of these is over; for nothing when there are none. */
async function waitFor(waits: readonly WaitingImages[], options: ScheduledUpdateOptions): Promise<void> {
  const [first] = waits;
  if (first === undefined) return;
  const { signal, clock, onWaiting } = options;
  await onWaiting(waits);
  try {
    let asked = clock.now().getTime();
    const end = Math.max(Date.parse(first.until), asked + LEAST_MS);
    while (!signal.aborted) {
      const now = clock.now().getTime();
      if (now >= end) return;
      // A clock that was set back must not keep it from asking.
      if (Math.abs(now - asked) >= ASK_MS) {
        asked = now;
        for (const each of waits) if (await isNowOver(each, options)) return;
      }
      await clock.sleep(Math.min(end - now, LOOK_MS), signal);
    }
  } finally {
    await onWaiting(undefined);
  }
}

/** The settings may have changed, and an upstream may have counted on. */
async function isNowOver(waiting: WaitingImages, options: ScheduledUpdateOptions): Promise<boolean> {
  if (waiting.for === 'rate-limit') return await options.isOver(waiting, options.signal);
  return windowState(options.clock.now(), await options.window()).open;
}

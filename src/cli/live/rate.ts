/** Milliseconds that are looked back. */
const WINDOW = 5_000;
/** Milliseconds after which there is something to say. */
const LEAST = 1_000;
/** Milliseconds that one sample stands for. */
const STEP = 250;

/** How fast something goes now, and not on the average since it began. Times are milliseconds that only grow. */
export interface Rate {
  add(count: number, now: number): void;
  /** Per second; undefined while there is too little to tell. */
  perSecond(now: number): number | undefined;
}

/** Makes one. It begins with the first count. */
export function createRate(): Rate {
  // What there was in all at some times, the oldest first.
  let samples: { readonly at: number; readonly sum: number }[] = [];
  let sum = 0;
  return {
    add(count, now) {
      const last = samples.at(-1);
      if (last === undefined || now - last.at >= STEP) samples.push({ at: now, sum });
      sum += count;
    },
    perSecond(now) {
      // One stays that is as old as the window: from there it is counted.
      const first = samples.findLastIndex(({ at }) => now - at >= WINDOW);
      samples = samples.slice(Math.max(0, first));
      const oldest = samples[0];
      if (oldest === undefined || now - oldest.at < LEAST) return undefined;
      const since = Math.max(oldest.at, now - WINDOW);
      return ((sum - sumAt(since)) * 1_000) / (now - since);
    },
  };

  /** Between two samples it grew evenly, as far as anybody knows. */
  function sumAt(time: number): number {
    const index = samples.findLastIndex(({ at }) => at <= time);
    const before = samples[index];
    if (before === undefined) return 0;
    const next = samples[index + 1] ?? { at: before.at + STEP, sum };
    const part = Math.min(1, (time - before.at) / (next.at - before.at));
    return before.sum + (next.sum - before.sum) * part;
  }
}

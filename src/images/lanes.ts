/** Work that is done so many at a time, in the order it came. */
export interface Lanes {
  /**
   * Does something when a lane is free.
   * @throws what the work throws; the signal's reason when it is aborted before the work has begun
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Makes lanes.
 * @param count how many, 1 at least
 * @param signal once aborted, nothing more is begun
 */
export function createLanes(count: number, signal: AbortSignal): Lanes {
  let free = count;
  const waiting: (() => void)[] = [];
  // A lane that is given on is never free in between.
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/** The middle value of samples; of an even number, the mean of the two in the middle. NaN of none. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return Number.NaN;
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? upper) : upper;
  return (lower + upper) / 2;
}

/** Samples in short. */
export interface Summary {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Summarises samples, of which there must be one. @throws RangeError when there is none */
export function summarise(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError('there are no samples');
  return { min: Math.min(...samples), median: median(samples), max: Math.max(...samples) };
}

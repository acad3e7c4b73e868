import type { Bench } from '../bench.js';
import type { Check, Recorder, RowResult } from '../result.js';

/** One comparison. */
export interface Row {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  run(bench: Bench): Promise<RowFindings>;
}

/** What running a row gives. */
export interface RowFindings {
  readonly recorders: readonly Recorder[];
  readonly checks: readonly Check[];
}

/** A row's findings as they are reported. */
export function resultOf(row: Row, { recorders, checks }: RowFindings): RowResult {
  return { name: row.name, title: row.title, measures: recorders.map((each) => each.measure()), checks };
}

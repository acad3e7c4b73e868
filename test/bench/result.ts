import type { PeerName } from './peers/peer.js';
import { median, type Summary, summarise } from './stats.js';

/** How a quantity is written. */
export type Unit = 'ms' | 's' | '×' | 'MiB/s' | 'MB/s' | 'CPU s/GiB' | 'requests/s' | 'MiB';

/** One quantity, measured on each server. */
export interface Measure {
  readonly label: string;
  readonly unit: Unit;
  /** One sample a round, in the order of the rounds; a server that was not measured is absent. */
  readonly samples: Partial<Record<PeerName, readonly number[]>>;
}

/** A bound the mirror must keep. */
export interface Check {
  readonly label: string;
  readonly unit: Unit;
  readonly relation: '≤' | '≥';
  readonly bound: number;
  /** Undefined when a server it needs was not there. */
  readonly value: number | undefined;
  readonly ok: boolean | undefined;
}

/** What a row found. */
export interface RowResult {
  readonly name: string;
  readonly title: string;
  readonly measures: readonly (Measure & { readonly summary: Partial<Record<PeerName, Summary>> })[];
  readonly checks: readonly Check[];
}

/** Collects the samples of one quantity. */
export interface Recorder {
  readonly label: string;
  readonly unit: Unit;
  add(peer: PeerName, ...samples: number[]): void;
  /** The median of a server's samples; undefined when there are none. */
  median(peer: PeerName): number | undefined;
  /** The highest of a server's samples; undefined when there are none. */
  max(peer: PeerName): number | undefined;
  measure(): Measure & { readonly summary: Partial<Record<PeerName, Summary>> };
}

/** Makes an empty recorder. */
export function record(label: string, unit: Unit): Recorder {
  const samples = new Map<PeerName, number[]>();
  return {
    label,
    unit,
    add(peer, ...more) {
      samples.set(peer, [...(samples.get(peer) ?? []), ...more]);
    },
    median(peer) {
      const mine = samples.get(peer);
      return mine === undefined ? undefined : median(mine);
    },
    max(peer) {
      const mine = samples.get(peer);
      return mine === undefined ? undefined : Math.max(...mine);
    },
    measure() {
      const summary: Partial<Record<PeerName, Summary>> = {};
      for (const [peer, mine] of samples) summary[peer] = summarise(mine);
      return { label, unit, samples: Object.fromEntries(samples), summary };
    },
  };
}

/** One value divided by another; undefined when one is missing. */
export function ratio(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined ? undefined : value / by;
}

/** Holds a value against its bound. Both are compared as they are printed, with two decimals. */
export function check(
  label: string,
  value: number | undefined,
  relation: Check['relation'],
  bound: number,
  unit: Unit = '×',
): Check {
  const shown = value === undefined ? undefined : Math.round(value * 100) / 100;
  const ok = shown === undefined ? undefined : relation === '≤' ? shown <= bound : shown >= bound;
  return { label, unit, relation, bound, value, ok };
}

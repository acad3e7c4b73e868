import type { TagRecord } from './port.js';

/** Sorts what a tag points and pointed at, the latest first. */
export function latestFirst(one: TagRecord, other: TagRecord): number {
  return other.since.getTime() - one.since.getTime() || Number(other.isNow) - Number(one.isNow);
}

/** What comes after the last so many of a history that has the latest first. That of now is never among it. */
export function beyond(history: readonly TagRecord[], keep: number): TagRecord[] {
  return history.slice(Math.max(0, keep)).filter(({ isNow }) => !isNow);
}

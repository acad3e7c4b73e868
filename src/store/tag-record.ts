import type { Digest } from '../oci/digest.js';
import type { TagRecord } from './port.js';

/** Sorts what a tag points and pointed at: what it points at now, then the latest first. */
export function byTime(now: Digest): (one: TagRecord, other: TagRecord) => number {
  return (one, other) =>
    Number(other.digest === now) - Number(one.digest === now) || other.since.getTime() - one.since.getTime();
}

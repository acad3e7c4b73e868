import { type BundleRepository, keyOf } from './list.js';

/** Upstreams before what was pushed, so that what is both ends as pushed. */
export function inOrder(one: BundleRepository, other: BundleRepository): number {
  if ((one.upstream === undefined) !== (other.upstream === undefined))
    return one.upstream === undefined ? 1 : -1;
  return keyOf(one) < keyOf(other) ? -1 : 1;
}

/** By the first of each pair. */
export function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

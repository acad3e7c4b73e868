import type { Digest } from '../../oci/digest.js';
import type { Base } from './base.js';
import { byName, inOrder } from './in-order.js';
import type { Inventory } from './inventory.js';
import { type BundleRepository, keyOf } from './list.js';

/**
 * What the base has of repositories and is unchanged.
 * @param whole everything that is here, if that is known: what is here no more is forgotten
 */
export function earlierRepositories(
  now: readonly BundleRepository[],
  base: Base,
  whole: Inventory | undefined,
): BundleRepository[] {
  const changes = new Map(now.map((repository) => [keyOf(repository), repository]));
  const held =
    whole === undefined ? undefined : new Map(whole.repositories.map((each) => [keyOf(each), each]));
  return [...base.repositories.values()]
    .map((before) => {
      const change = changes.get(keyOf(before));
      const here = held?.get(keyOf(before));
      const stillTagged = (tag: string) => held === undefined || here?.tags.has(tag) === true;
      const own = new Set(here?.manifests);
      const isHere = (digest: Digest) => held === undefined || own.has(digest);
      return {
        upstream: before.upstream,
        name: before.name,
        tags: new Map(
          [...before.tags].filter(([tag]) => change?.tags.has(tag) !== true && stillTagged(tag)).sort(byName),
        ),
        manifests: before.manifests.filter(isHere).sort(),
        borrowed: new Map([...before.borrowed].filter(([digest]) => isHere(digest))),
      };
    })
    .filter(({ tags, manifests }) => tags.size > 0 || manifests.length > 0)
    .sort(inOrder);
}

/** Manifests and blobs that the receiving mirror is taken to have. */
export function earlierContent(
  { content }: Base,
  { manifests, blobs }: Inventory,
  isWhole: boolean,
  leftOut: readonly Digest[],
): Digest[] {
  const still = isWhole
    ? [...content].filter((digest) => manifests.has(digest) || blobs.has(digest))
    : [...content];
  return [...new Set([...still, ...leftOut])].sort();
}

import type { Digest } from '../../oci/digest.js';
import { type BundleList, type BundleParent, type BundleRepository, keyOf } from './list.js';

/** What the receiving mirror is taken to have. */
export interface Base {
  readonly parent: BundleParent | undefined;
  /** Repositories by `keyOf`. */
  readonly repositories: ReadonlyMap<string, BundleRepository>;
  readonly content: ReadonlySet<Digest>;
  /** What was here before, milliseconds since 1970, is taken to be there as well; undefined: nothing is. */
  readonly since: number | undefined;
}

/** Nothing is taken to be there. */
export const NO_BASE: Base = {
  parent: undefined,
  repositories: new Map(),
  content: new Set(),
  since: undefined,
};

/** Everything that a bundle brought, and those before it. */
export function baseOf(list: BundleList, digest: Digest): Base {
  const repositories = new Map<string, BundleRepository>();
  for (const repository of [...list.earlier.repositories, ...list.repositories]) {
    const key = keyOf(repository);
    const before = repositories.get(key);
    repositories.set(key, before === undefined ? repository : merged(before, repository));
  }
  return {
    parent: { list: digest, created: list.created },
    repositories,
    content: new Set([...list.earlier.content, ...list.members]),
    since: undefined,
  };
}

/** The later one counts where both have a tag. */
function merged(before: BundleRepository, later: BundleRepository): BundleRepository {
  return {
    ...later,
    tags: new Map([...before.tags, ...later.tags]),
    manifests: [...new Set([...before.manifests, ...later.manifests])],
    borrowed: new Map([
      ...[...before.borrowed].filter(([digest]) => !later.manifests.includes(digest)),
      ...later.borrowed,
    ]),
  };
}

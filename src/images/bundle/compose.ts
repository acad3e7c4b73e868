import type { Digest } from '../../oci/digest.js';
import type { Base } from './base.js';
import { earlierContent, earlierRepositories } from './earlier.js';
import { byName, inOrder } from './in-order.js';
import type { Inventory } from './inventory.js';
import { indexDocument } from './layout-index.js';
import { type BundleList, type BundleManifest, type BundleRepository, keyOf } from './list.js';
import { unitsOf } from './units.js';
import { listDigest } from './write-list.js';

/** A bundle as it is to be written. */
export interface Composed {
  readonly list: BundleList;
  /** The document that makes an image layout of it. */
  readonly index: Buffer;
}

/**
 * Puts a bundle together: what is new or has moved since the base, in an order that depends on nothing else, each image's content together, so that
 * images become whole one after the other while it is read.
 * @param isWhole whether the inventory is everything: what it has no more is then forgotten
 * @param created milliseconds since 1970
 */
export function composeBundle(inventory: Inventory, base: Base, isWhole: boolean, created: number): Composed {
  const repositories = inventory.repositories
    .map((repository) => changed(repository, base, inventory))
    .filter(({ tags, manifests }) => tags.size > 0 || manifests.length > 0)
    .sort(inOrder);
  const needed = neededBy(repositories, inventory);
  const members = needed.order.filter((digest) => !isThere(digest, base, inventory));
  const carried = new Set(members);
  const list: BundleList = {
    created: new Date(created).toISOString().replace(/\.\d+Z$/, 'Z'),
    parent: base.parent,
    since: base.since === undefined ? undefined : new Date(base.since).toISOString(),
    index: { digest: listDigest(Buffer.alloc(0)), size: 0 },
    repositories,
    manifests: needed.manifests,
    blobs: needed.blobs,
    members,
    earlier: {
      repositories: earlierRepositories(repositories, base, isWhole ? inventory : undefined),
      content: earlierContent(
        base,
        inventory,
        isWhole,
        needed.order.filter((digest) => !carried.has(digest)),
      ),
    },
  };
  const index = indexDocument(list);
  return { list: { ...list, index: { digest: listDigest(index), size: index.length } }, index };
}

/** What of a repository the base does not have. */
function changed(
  repository: BundleRepository,
  { repositories }: Base,
  { manifests }: Inventory,
): BundleRepository {
  const { upstream, name, borrowed } = repository;
  const before = repositories.get(keyOf(repository));
  const had = new Set(
    before?.manifests.filter((digest) => borrowedFrom(before, digest) === borrowedFrom(repository, digest)),
  );
  const tags = new Map(
    [...repository.tags].filter(([tag, digest]) => before?.tags.get(tag) !== digest).sort(byName),
  );
  const wanted = new Set(repository.manifests.filter((digest) => !had.has(digest)));
  const own = new Set(repository.manifests);
  function add(digest: Digest): void {
    wanted.add(digest);
    for (const child of manifests.get(digest)?.children ?? []) if (own.has(child)) add(child);
  }
  for (const digest of [...tags.values(), ...wanted]) add(digest);
  return {
    upstream,
    name,
    tags,
    manifests: [...wanted].sort(),
    borrowed: new Map([...borrowed].filter(([digest]) => wanted.has(digest))),
  };
}

/** Where a manifest came from, as far as it is not from where its repository is. */
function borrowedFrom({ borrowed }: BundleRepository, digest: Digest): string | undefined {
  return borrowed.has(digest) ? (borrowed.get(digest) ?? '') : undefined;
}

interface Needed {
  readonly manifests: Map<Digest, BundleManifest>;
  readonly blobs: Map<Digest, number>;
  /** All of them, each once. */
  readonly order: readonly Digest[];
}

function neededBy(repositories: readonly BundleRepository[], inventory: Inventory): Needed {
  const wanted = new Set(repositories.flatMap((repository) => repository.manifests));
  const manifests = new Map<Digest, BundleManifest>();
  const blobs = new Map<Digest, number>();
  const order = new Set<Digest>();
  for (const repository of repositories) {
    for (const unit of unitsOf(repository, inventory.manifests)) {
      for (const digest of unit.manifests) {
        const held = inventory.manifests.get(digest);
        if (held === undefined) continue;
        const { mediaType, size, children, platforms } = held;
        manifests.set(digest, {
          mediaType,
          size,
          children: children.filter((each) => wanted.has(each)),
          blobs: held.blobs,
          platforms,
        });
        order.add(digest);
      }
      for (const digest of unit.blobs) {
        blobs.set(digest, inventory.blobs.get(digest)?.size ?? 0);
        order.add(digest);
      }
    }
  }
  return { manifests, blobs, order: [...order] };
}

/** Manifests are small: with a date for a base, all are carried. */
function isThere(digest: Digest, { content, since }: Base, { manifests, blobs }: Inventory): boolean {
  if (content.has(digest)) return true;
  if (since === undefined || manifests.has(digest)) return false;
  return (blobs.get(digest)?.modified ?? since) < since;
}

import type { Digest } from '../../oci/digest.js';
import type { BundleManifest, BundleRepository } from './list.js';

/** What becomes visible in one step: a tag, or a manifest that no tag leads to, with all that it needs. */
export interface BundleUnit {
  /** Undefined: it is to be had by digest only. */
  readonly tag: string | undefined;
  readonly root: Digest;
  /** Those that are named before those that name them; the root is the last one. */
  readonly manifests: readonly Digest[];
  /** Configs and layers, each once. */
  readonly blobs: readonly Digest[];
}

/** The units of a repository: its tags in their order, then what is only to be had by digest. */
export function unitsOf(
  { tags, manifests }: Pick<BundleRepository, 'tags' | 'manifests'>,
  known: ReadonlyMap<Digest, Pick<BundleManifest, 'children' | 'blobs'>>,
): BundleUnit[] {
  const own = new Set(manifests);
  const covered = new Set<Digest>();
  const tagged = [...tags].map(([tag, root]) => unitOf(tag, root, own, known));
  for (const unit of tagged) for (const digest of unit.manifests) covered.add(digest);
  // Indexes first, as what they name needs no unit of its own then.
  const rest = manifests.filter((digest) => !covered.has(digest));
  const byDepth = [...rest].sort((one, other) => childrenOf(other, known) - childrenOf(one, known));
  const wanted = new Set<Digest>();
  for (const digest of byDepth) {
    if (covered.has(digest)) continue;
    wanted.add(digest);
    for (const each of unitOf(undefined, digest, own, known).manifests) covered.add(each);
  }
  return [
    ...tagged,
    ...rest.filter((each) => wanted.has(each)).map((root) => unitOf(undefined, root, own, known)),
  ];
}

function childrenOf(digest: Digest, known: ReadonlyMap<Digest, Pick<BundleManifest, 'children'>>): number {
  return Math.min(1, known.get(digest)?.children.length ?? 0);
}

function unitOf(
  tag: string | undefined,
  root: Digest,
  own: ReadonlySet<Digest>,
  known: ReadonlyMap<Digest, Pick<BundleManifest, 'children' | 'blobs'>>,
): BundleUnit {
  const manifests = new Set<Digest>();
  const blobs = new Set<Digest>();
  function add(digest: Digest): void {
    const manifest = known.get(digest);
    if (manifest === undefined || manifests.has(digest)) return;
    // Of an index that two repositories have, one may have fewer platforms.
    for (const child of manifest.children) if (own.has(child)) add(child);
    for (const blob of manifest.blobs) blobs.add(blob);
    manifests.add(digest);
  }
  add(root);
  return { tag, root, manifests: [...manifests], blobs: [...blobs] };
}

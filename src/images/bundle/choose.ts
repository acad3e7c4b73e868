import type { Digest } from '../../oci/digest.js';
import type { HeldRepository, Inventory } from './inventory.js';

/** An image that was asked for by its name. */
export interface ChosenImage {
  /** Its repository in the store. */
  readonly stored: string;
  /** Undefined: by digest. */
  readonly tag: string | undefined;
  readonly digest: Digest;
}

/**
 * An inventory without what was not asked for: of each image its manifests, what is attached to any of them as a referrer, and
 * the tags by which cosign attaches signatures, attestations and lists of contents (`sha256-HEX.sig`, `.att`, `.sbom`), and by which referrers are
 * listed where their API is not (OCI distribution specification 1.1, "Referrers Tag Schema").
 */
export function chooseImages(inventory: Inventory, images: readonly ChosenImage[]): Inventory {
  const repositories = [...new Set(images.map(({ stored }) => stored))].flatMap((stored) => {
    const own = inventory.repositories.filter((repository) => repository.stored === stored);
    return chooseIn(
      inventory,
      own,
      images.filter((image) => image.stored === stored),
    );
  });
  return { ...inventory, repositories };
}

function chooseIn(
  { manifests }: Inventory,
  parts: readonly HeldRepository[],
  images: readonly ChosenImage[],
): HeldRepository[] {
  const here = new Set(parts.flatMap((part) => part.manifests));
  const wanted = new Set<Digest>();
  const tags = new Set(images.flatMap(({ tag }) => (tag === undefined ? [] : [tag])));
  function add(digest: Digest): void {
    if (wanted.has(digest) || !here.has(digest)) return;
    wanted.add(digest);
    for (const child of manifests.get(digest)?.children ?? []) add(child);
  }
  for (const { digest } of images) add(digest);
  // What is attached may have something attached to it in turn.
  for (let before = -1; before < wanted.size + tags.size; ) {
    before = wanted.size + tags.size;
    for (const digest of here) {
      const subject = manifests.get(digest)?.subject;
      if (subject !== undefined && wanted.has(subject)) add(digest);
    }
    for (const part of parts) {
      for (const [tag, digest] of part.tags) {
        const subject = attachedTo(tag);
        if (subject === undefined || !wanted.has(subject)) continue;
        tags.add(tag);
        add(digest);
      }
    }
  }
  return parts
    .map((part) => ({
      ...part,
      tags: new Map([...part.tags].filter(([tag]) => tags.has(tag))),
      manifests: part.manifests.filter((digest) => wanted.has(digest)),
      borrowed: new Map([...part.borrowed].filter(([digest]) => wanted.has(digest))),
    }))
    .filter((part) => part.tags.size > 0 || part.manifests.length > 0);
}

/** What a tag says that it is attached to. */
function attachedTo(tag: string): Digest | undefined {
  const match = /^(sha256-[a-f0-9]{64}|sha512-[a-f0-9]{128})(?:\.[a-z]+)?$/.exec(tag);
  return match?.[1]?.replace('-', ':') as Digest | undefined;
}

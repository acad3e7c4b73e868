import type { Digest } from '../../oci/digest.js';
import type { Descriptor } from '../../oci/manifest.js';
import { mapAhead } from '../../store/distribution/limit.js';
import type { PlatformParts } from '../../store/image-parts.js';
import type { Store } from '../../store/port.js';
import { completenessOf } from './completeness.js';

/** Repositories that are looked at together. */
const AHEAD = 16;

/** An image for a platform that somebody pulled a part of. */
export interface PartlyHeld {
  /** Its name in the store. */
  readonly repository: string;
  readonly tag: string;
  /** The host that the tag is from, as configured then. */
  readonly upstream: string;
  /** What the tag stands for: an index, or the image itself. */
  readonly digest: Digest;
  /** `os/architecture[/variant]`, or `any`. */
  readonly platform: string;
  /** Of the platform's own manifest, which is here. */
  readonly manifest: Digest;
  /** The parts that are not. */
  readonly missing: readonly Descriptor[];
}

/**
 * Finds the images of upstreams that were pulled in part, by people or by a transfer that was broken off: their tag and the platform's
 * manifest are here, and at least one of its layers, while something is missing. Who only looked at an image left no layer.
 * What was pushed is never among them. Streams, repository by repository in the order of their names.
 * @param isOther whether a tag is looked at; all are when absent
 * @throws StoreError when the store cannot be read
 */
export async function* partlyHeld(
  store: Store,
  isOther: (repository: string, tag: string) => boolean = () => true,
): AsyncGenerator<PartlyHeld> {
  const look = (name: string) => partsOf(store, name, isOther);
  for await (const found of mapAhead(store.repositories.walk(), AHEAD, look)) yield* found;
}

async function partsOf(
  store: Store,
  repository: string,
  isOther: (repository: string, tag: string) => boolean,
): Promise<PartlyHeld[]> {
  const found: PartlyHeld[] = [];
  for (const tag of (await store.repositories.tags(repository)) ?? []) {
    if (!isOther(repository, tag)) continue;
    const origin = await store.origins.readTag(repository, tag);
    if (origin === undefined) continue;
    const { upstream } = origin;
    const digest = await store.repositories.readTag(repository, tag);
    if (digest === undefined) continue;
    const { platforms } = await completenessOf(store, repository, digest, 'all');
    for (const { platform, digest: manifest, missing } of platforms.filter(isPart)) {
      if (manifest !== undefined)
        found.push({ repository, tag, upstream, digest, platform, manifest, missing });
    }
  }
  return found;
}

function isPart({ manifestHeld, layersHeld, missing }: PlatformParts): boolean {
  return manifestHeld && layersHeld > 0 && missing.length > 0;
}

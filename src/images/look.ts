import type { Digest } from '../oci/digest.js';
import type { Descriptor, Manifest, Platform } from '../oci/manifest.js';
import { formatPlatform, platformsOf, selectPlatform } from '../oci/platform.js';
import type { MirrorClient, MirroredManifest } from './mirror-client.js';
import { MirrorRequestError } from './mirror-errors.js';
import type { WantedImage } from './wanted-images.js';
import type { WireName } from './wire-name.js';

/** What an image is made of, and what of that the mirror does not hold. */
export interface Looked {
  /** Of the manifest or index that the tag stands for. */
  readonly digest: Digest;
  /** Blobs to be fetched, the largest first. */
  readonly missing: readonly Descriptor[];
}

/** Deeper indexes in indexes are nobody's images. */
const DEEPEST = 4;

/**
 * Looks an image up, through the mirror: what its tag stands for now, the manifests of the platforms, and which of their blobs are
 * not held yet. When nothing has changed and everything is held, the upstream sees one HEAD.
 * @throws MirrorRequestError, OciError; the signal's reason
 */
export async function lookUp(
  client: MirrorClient,
  name: WireName,
  { reference }: WantedImage,
  platforms: readonly Platform[],
  signal: AbortSignal,
): Promise<Looked> {
  const root = await client.manifest(name, reference.digest ?? reference.tag ?? 'latest', signal);
  refuseStale(root, reference.host);
  const images = await imagesOf(root.manifest, 1);
  const blobs = new Map(images.flatMap(blobsOf).map((blob) => [blob.digest, blob]));
  const held = await Promise.all([...blobs.keys()].map((digest) => client.holdsBlob(name, digest, signal)));
  const missing = [...blobs.values()].filter((_, index) => held[index] === false);
  return { digest: root.digest, missing: missing.sort((a, b) => b.size - a.size) };

  async function imagesOf(manifest: Manifest, depth: number): Promise<Manifest[]> {
    if (manifest.kind === 'image') return [manifest];
    if (depth > DEEPEST) throw new MirrorRequestError('its indexes are nested too deeply', undefined);
    const chosen = platforms.map((platform) => entryFor(manifest, platform).digest);
    const children = await Promise.all(
      [...new Set(chosen)].map((digest) => client.manifest(name, digest, signal)),
    );
    return (await Promise.all(children.map((child) => imagesOf(child.manifest, depth + 1)))).flat();
  }
}

/** What is here is served on, and is no news of the upstream. Who told the mirror to be offline wants no news. */
function refuseStale({ stale }: MirroredManifest, host: string): void {
  if (stale === undefined || stale === '112') return;
  throw new MirrorRequestError(`${host} could not be asked; what was fetched earlier stays`, undefined);
}

function entryFor({ manifests }: Manifest, platform: Platform): Descriptor {
  const entry = selectPlatform(manifests, platform);
  if (entry !== undefined) return entry;
  const there = platformsOf(manifests).join(', ');
  throw new MirrorRequestError(
    `it is not made for ${formatPlatform(platform)}, only for ${there === '' ? 'no platform at all' : there}`,
    undefined,
    { hint: 'set DOCKER_MIRROR_PLATFORMS to platforms that it has' },
  );
}

/** Layers with addresses of their own need not be in a registry (OCI image specification, "Non-distributable layers"). */
function blobsOf({ config, layers }: Manifest): Descriptor[] {
  const own = layers.filter(({ urls }) => urls === undefined);
  return config === undefined ? own : [config, ...own];
}

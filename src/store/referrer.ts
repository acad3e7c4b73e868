import type { Digest } from '../oci/digest.js';
import { type Descriptor, readableManifest } from '../oci/manifest.js';
import { OCI_INDEX } from '../oci/media-type.js';

/** A manifest that has a subject, as the referrers API lists it. */
export interface Referrer {
  readonly subject: Digest;
  readonly descriptor: Descriptor;
}

/**
 * What a manifest's bytes say about whom it refers to; undefined when it has no subject or is no manifest
 * (OCI distribution specification 1.1, "Listing Referrers").
 */
export function referrerOf(digest: Digest, bytes: Uint8Array): Referrer | undefined {
  const manifest = readableManifest(bytes);
  if (manifest?.subject === undefined) return undefined;
  const artifactType = manifest.artifactType ?? manifest.config?.mediaType;
  const descriptor: Descriptor = {
    mediaType: manifest.mediaType,
    digest,
    size: bytes.length,
    ...(artifactType === undefined || artifactType === '' ? {} : { artifactType }),
    ...(manifest.annotations === undefined ? {} : { annotations: manifest.annotations }),
  };
  return { subject: manifest.subject.digest, descriptor };
}

/** The referrers among manifests, by their subject. */
export async function collectReferrers(
  manifests: AsyncIterable<Digest> | Iterable<Digest>,
  read: (digest: Digest) => Promise<Uint8Array | undefined>,
): Promise<Map<Digest, Descriptor[]>> {
  const found = new Map<Digest, Descriptor[]>();
  for await (const digest of manifests) {
    const bytes = await read(digest);
    const referrer = bytes === undefined ? undefined : referrerOf(digest, bytes);
    if (referrer === undefined) continue;
    found.set(referrer.subject, withReferrer(found.get(referrer.subject) ?? [], referrer.descriptor));
  }
  return found;
}

/** The list with a descriptor added or replaced, sorted by digest. */
export function withReferrer(list: readonly Descriptor[], added: Descriptor): Descriptor[] {
  const others = withoutReferrer(list, added.digest);
  return [...others, added].sort((one, other) => (one.digest < other.digest ? -1 : 1));
}

/** The list without a digest. */
export function withoutReferrer(list: readonly Descriptor[], removed: Digest): Descriptor[] {
  return list.filter(({ digest }) => digest !== removed);
}

/** A list as it is kept: an OCI index. */
export function referrersDocument(list: readonly Descriptor[]): string {
  return `${JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: list })}\n`;
}

/** A kept list, undefined when it is damaged. */
export function readReferrersDocument(bytes: Uint8Array): Descriptor[] | undefined {
  const list = readableManifest(bytes)?.manifests;
  return list === undefined ? undefined : [...list];
}

import { type Digest, hexOf } from '../oci/digest.js';
import type { Descriptor, Manifest } from '../oci/manifest.js';
import { ownBlobs } from '../oci/own-blobs.js';
import type { ImageParts } from '../store/image-parts.js';
import { inWords } from './in-words.js';
import type { MirrorClient } from './mirror-client.js';
import { MirrorRequestError } from './mirror-errors.js';
import type { Place } from './mirror-shelf.js';

/** What is attached to an image, such as signatures, attestations and lists of what is in it. */
export interface Attached {
  /** Manifests that are here now. */
  readonly manifests: readonly Digest[];
  /** The blobs that they name, each once. */
  readonly blobs: readonly Descriptor[];
  /** What could not be found out, or was left out; undefined: nothing. */
  readonly problem: string | undefined;
}

/** What an index attaches to its images names them by this, as BuildKit writes it. */
const ATTACHED_TO = 'vnd.docker.reference.digest';
/** What cosign adds to a digest in the tags that it attaches things under (sigstore, "Signature Specification"). */
const COSIGN_ENDINGS = ['sig', 'att', 'sbom'] as const;
/** Whoever pushes to an upstream may attach whatever he likes: manifests, bytes of their blobs, and how far what is attached may have attached things itself. */
const MOST_MANIFESTS = 64;
const MOST_BYTES = 256 * 1024 * 1024;
const DEEPEST = 3;

/**
 * Finds what is attached to an image and to those of its platforms that were looked at, and has the mirror take the manifests: entries of the
 * index that are attached to one of these images, referrers (OCI distribution specification 1.1, end-12), also of referrers, and cosign's
 * tags. Nothing attached is nothing wrong, and what cannot be had keeps nothing else from being found.
 * @throws the signal's reason
 */
export async function findAttached(
  client: MirrorClient,
  { name }: Place,
  parts: ImageParts,
  signal: AbortSignal,
): Promise<Attached> {
  const images = parts.platforms.flatMap(({ digest }) => digest ?? []);
  const subjects = [...new Set([parts.digest, ...images])];
  const manifests = new Set<Digest>();
  const blobs = new Map<Digest, Descriptor>();
  let bytes = 0;
  let problem: string | undefined;

  await attempt(async () => {
    const { manifest } = await client.manifest(name, parts.digest, signal);
    for (const { digest } of manifest.manifests.filter((entry) => isAttachedTo(entry, subjects))) {
      await take(digest);
    }
  });
  for (const subject of subjects) await takeCosign(subject);
  for (let depth = 0, next = subjects; depth < DEEPEST && next.length > 0; depth += 1) {
    const before = new Set(manifests);
    for (const subject of next) await takeReferrers(subject);
    next = [...manifests].filter((digest) => !before.has(digest));
  }
  return { manifests: [...manifests], blobs: [...blobs.values()], problem };

  async function takeReferrers(subject: Digest): Promise<void> {
    await attempt(async () => {
      const { referrers, stale } = await client.referrers(name, subject, signal);
      if (stale) problem ??= `the upstream could not be asked what refers to ${subject}`;
      for (const { digest } of referrers) await take(digest);
    });
  }

  async function takeCosign(subject: Digest): Promise<void> {
    const algorithm = subject.slice(0, subject.indexOf(':'));
    await Promise.all(
      COSIGN_ENDINGS.map((ending) =>
        attempt(async () => {
          const digest = await tagged(`${algorithm}-${hexOf(subject)}.${ending}`);
          if (digest !== undefined) await take(digest);
        }),
      ),
    );
  }

  /** Has the mirror take what a tag stands for; undefined when there is no such tag. */
  async function tagged(tag: string): Promise<Digest | undefined> {
    // A tag is 128 characters long at most, which sha512 leaves no room for.
    if (tag.length > 128) return undefined;
    try {
      return (await client.tag(name, tag, 'take', signal)).digest;
    } catch (error) {
      if (error instanceof MirrorRequestError && error.status === 404) return undefined;
      throw error;
    }
  }

  async function take(digest: Digest): Promise<void> {
    if (manifests.has(digest) || subjects.includes(digest)) return;
    if (manifests.size >= MOST_MANIFESTS) return tooMuch(`more than ${MOST_MANIFESTS} manifests`);
    manifests.add(digest);
    await attempt(async () => {
      const { manifest } = await client.manifest(name, digest, signal);
      for (const { digest: child } of manifest.manifests) await take(child);
      takeBlobs(manifest);
    });
  }

  function takeBlobs(manifest: Manifest): void {
    for (const blob of ownBlobs(manifest)) {
      if (blobs.has(blob.digest)) continue;
      if (bytes + blob.size > MOST_BYTES) {
        tooMuch(`more than ${MOST_BYTES} bytes`);
        continue;
      }
      bytes += blob.size;
      blobs.set(blob.digest, blob);
    }
  }

  function tooMuch(what: string): void {
    problem ??= `${what} are attached to it; the rest is left out`;
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      problem ??= inWords(error);
    }
  }
}

function isAttachedTo({ annotations }: Descriptor, subjects: readonly Digest[]): boolean {
  const to = annotations?.[ATTACHED_TO];
  return to !== undefined && subjects.some((subject) => subject === to);
}

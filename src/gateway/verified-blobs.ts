import type { Digest } from '../oci/digest.js';

/** How long a blob that was read and hashed is trusted, milliseconds. */
const TRUSTED_FOR = 24 * 3_600_000;

/** How many blobs are remembered, at about 200 bytes each. */
const REMEMBERED = 50_000;

/**
 * Which blobs on disk are known to hold what their name says: hashed by this process, and not touched since. The others
 * are hashed while they are sent, so that bit rot never leaves the house as a complete body (I1).
 */
export class VerifiedBlobs {
  readonly #known = new Map<Digest, { readonly identity: string; readonly at: number }>();

  constructor(private readonly now: () => number) {}

  /** Whether the blob with that identity (BlobHandle) needs no hashing. */
  has(digest: Digest, identity: string): boolean {
    const entry = this.#known.get(digest);
    return entry?.identity === identity && this.now() - entry.at < TRUSTED_FOR;
  }

  add(digest: Digest, identity: string): void {
    this.#known.delete(digest);
    this.#known.set(digest, { identity, at: this.now() });
    if (this.#known.size <= REMEMBERED) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }

  delete(digest: Digest): void {
    this.#known.delete(digest);
  }
}

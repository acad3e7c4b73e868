import type { Digest } from '../oci/digest.js';

/** How long what was read counts as being in the system's page cache, milliseconds. Short: memory is wanted by others too. */
const HOT_FOR = 30_000;

interface HotBlob {
  readonly identity: string;
  readonly size: number;
  readonly at: number;
}

/**
 * Blobs that were read whole a moment ago, as happens when many machines pull one image: their bytes are in the system's page
 * cache, as long as all of them together are small beside the memory. Only a guess, and only to save time.
 */
export class HotBlobs {
  readonly #known = new Map<Digest, HotBlob>();
  #bytes = 0;

  /** @param budget bytes of page cache that may be counted on */
  constructor(
    private readonly budget: number,
    private readonly now: () => number,
  ) {}

  /** Whether the blob with that identity (BlobHandle) was read whole lately. */
  has(digest: Digest, identity: string): boolean {
    const blob = this.#known.get(digest);
    return blob?.identity === identity && this.now() - blob.at < HOT_FOR;
  }

  /** Says that it was read whole just now. */
  note(digest: Digest, identity: string, size: number): void {
    this.forget(digest);
    this.#known.set(digest, { identity, size, at: this.now() });
    this.#bytes += size;
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= this.budget) return;
      this.forget(oldest);
    }
  }

  /** Says that it is not in the page cache after all, or gone. */
  forget(digest: Digest): void {
    const blob = this.#known.get(digest);
    if (blob === undefined) return;
    this.#known.delete(digest);
    this.#bytes -= blob.size;
  }
}

import type { Digest } from '../../oci/digest.js';
import type { Claims } from '../claims.js';
import { blobData } from '../layout.js';
import type { OpenThings } from '../open-things.js';
import type { BlobHandle, BlobInfo, Blobs, Incoming } from '../port.js';
import type { MemoryBlob, MemoryContents } from './contents.js';
import { readBytes, verifyBytes } from './growing-bytes.js';
import { MemoryIncoming } from './incoming.js';

/** Blobs in memory. */
export class MemoryBlobs implements Blobs {
  readonly #contents: MemoryContents;
  readonly #claims: Claims;
  readonly #open: OpenThings;
  readonly #now: () => number;

  constructor(contents: MemoryContents, claims: Claims, open: OpenThings, now: () => number) {
    this.#contents = contents;
    this.#claims = claims;
    this.#open = open;
    this.#now = now;
  }

  async stat(digest: Digest): Promise<BlobInfo | undefined> {
    const blob = this.#contents.blobs.get(checked(digest));
    return blob === undefined ? undefined : infoOf(digest, blob);
  }

  async open(digest: Digest): Promise<BlobHandle | undefined> {
    const blob = this.#contents.blobs.get(checked(digest));
    if (blob === undefined) return undefined;
    const { bytes, version } = blob;
    return {
      size: bytes.length,
      identity: `${version}`,
      read: async (buffer, position) => readBytes(bytes, buffer, position),
      readCached: (buffer, position) => readBytes(bytes, buffer, position),
      close: async () => undefined,
    };
  }

  async put(digest: Digest, bytes: Uint8Array): Promise<void> {
    verifyBytes(checked(digest), bytes);
    this.#contents.addBlob(digest, bytes, this.#now());
  }

  async receive(digest: Digest): Promise<Incoming> {
    const release = this.#claims.take(checked(digest));
    return new MemoryIncoming(digest, this.#contents, this.#now, this.#open, release);
  }

  async remove(digest: Digest): Promise<boolean> {
    return this.#contents.blobs.delete(checked(digest));
  }

  async quarantine(digest: Digest): Promise<void> {
    const blob = this.#contents.blobs.get(checked(digest));
    if (blob === undefined) return;
    this.#contents.damaged.set(digest, blob);
    this.#contents.blobs.delete(digest);
  }

  async *walk(): AsyncGenerator<BlobInfo> {
    for (const [digest, blob] of this.#contents.blobs) yield infoOf(digest, blob);
  }

  async *stalePartials(before: Date): AsyncGenerator<{ digest: Digest; discard(): Promise<void> }> {
    for (const [digest, { modified }] of this.#contents.partials) {
      if (modified >= before.getTime() || this.#claims.has(digest)) continue;
      yield {
        digest,
        discard: async () => {
          if (!this.#claims.has(digest)) this.#contents.partials.delete(digest);
        },
      };
    }
  }
}

function infoOf(digest: Digest, { bytes, modified }: MemoryBlob): BlobInfo {
  return { digest, size: bytes.length, modified };
}

/** Refuses what the store on a file system refuses. */
function checked(digest: Digest): Digest {
  blobData(digest);
  return digest;
}

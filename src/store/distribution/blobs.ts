import { createHash } from 'node:crypto';
import { algorithmOf, type Digest, isDigest } from '../../oci/digest.js';
import { DigestMismatchError } from '../errors.js';
import { blobData, blobsFolder, damagedData, incomingData, incomingFolder, parentOf } from '../layout.js';
import type { BlobHandle, BlobInfo, Blobs, Incoming } from '../port.js';
import { FileBlobHandle } from './blob-handle.js';
import { atEdge, streamAtEdge } from './edge.js';
import { DistributionIncoming } from './incoming.js';
import { mapAhead } from './limit.js';
import { hasBlob } from './place-blob.js';
import { AHEAD, ALGORITHMS, type Shared } from './shared.js';

/** `blobs/` of the layout, and what is on the way there. */
export class DistributionBlobs implements Blobs {
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  stat(digest: Digest): Promise<BlobInfo | undefined> {
    return atEdge(`looking for ${digest}`, () => this.#stat(digest));
  }

  async #stat(digest: Digest): Promise<BlobInfo | undefined> {
    const found = await this.#shared.disk.stat(blobData(digest));
    return found?.isFile() ? { digest, size: found.size, modified: found.mtime } : undefined;
  }

  open(digest: Digest): Promise<BlobHandle | undefined> {
    return atEdge(`opening ${digest}`, async () => {
      const file = await this.#shared.disk.open(blobData(digest));
      return file === undefined ? undefined : FileBlobHandle.of(file, this.#shared.open);
    });
  }

  put(digest: Digest, bytes: Uint8Array): Promise<void> {
    return atEdge(`storing ${digest}`, async () => {
      const algorithm = algorithmOf(digest);
      const actual = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
      if (actual !== digest) throw new DigestMismatchError(digest, actual, bytes.length);
      const path = blobData(digest);
      if (await hasBlob(this.#shared.disk, digest, bytes.length)) await this.#shared.disk.settle(path);
      else await this.#shared.disk.write(path, bytes);
    });
  }

  receive(digest: Digest): Promise<Incoming> {
    return atEdge(`receiving ${digest}`, async () => {
      const release = this.#shared.claims.take(digest);
      try {
        return await DistributionIncoming.open(this.#shared, digest, release);
      } catch (error) {
        release();
        throw error;
      }
    });
  }

  remove(digest: Digest): Promise<boolean> {
    return atEdge(`removing ${digest}`, async () => {
      const path = blobData(digest);
      const removed = await this.#shared.disk.remove(path);
      await this.#shared.disk.removeIfEmpty(parentOf(path));
      return removed;
    });
  }

  quarantine(digest: Digest): Promise<void> {
    return atEdge(`putting ${digest} aside`, async () => {
      const path = blobData(digest);
      if ((await this.#stat(digest)) === undefined) return;
      await this.#shared.disk.place(path, damagedData(digest));
      await this.#shared.disk.settle(path);
      await this.#shared.disk.removeIfEmpty(parentOf(path));
    });
  }

  walk(): AsyncIterable<BlobInfo> {
    return streamAtEdge('listing the blobs', this.#walk());
  }

  async *#walk(): AsyncGenerator<BlobInfo> {
    for await (const info of mapAhead(this.#digests(), AHEAD, (digest) => this.#stat(digest))) {
      if (info !== undefined) yield info;
    }
  }

  async *#digests(): AsyncGenerator<Digest> {
    for (const algorithm of ALGORITHMS) {
      const folder = blobsFolder(algorithm);
      for await (const prefix of this.#shared.disk.entries(folder)) {
        if (!prefix.isDirectory()) continue;
        for await (const { name } of this.#shared.disk.entries(`${folder}/${prefix.name}`)) {
          const digest = `${algorithm}:${name}`;
          if (isDigest(digest) && name.startsWith(prefix.name)) yield digest;
        }
      }
    }
  }

  stalePartials(before: Date): AsyncIterable<{ digest: Digest; discard(): Promise<void> }> {
    return streamAtEdge('listing partial copies', this.#stalePartials(before));
  }

  async *#stalePartials(before: Date): AsyncGenerator<{ digest: Digest; discard(): Promise<void> }> {
    for (const algorithm of ALGORITHMS) {
      for await (const { name } of this.#shared.disk.entries(incomingFolder(algorithm))) {
        const digest = `${algorithm}:${name}`;
        if (!isDigest(digest) || !(await this.#isStale(digest, before))) continue;
        yield { digest, discard: () => this.#discardStale(digest, before) };
      }
    }
  }

  async #isStale(digest: Digest, before: Date): Promise<boolean> {
    if (this.#shared.claims.has(digest)) return false;
    const found = await this.#shared.disk.stat(incomingData(digest));
    return found?.isFile() === true && found.mtime < before;
  }

  /** Looks again, because it may have been taken up since it was listed. */
  #discardStale(digest: Digest, before: Date): Promise<void> {
    return atEdge(`discarding ${digest}`, async () => {
      if (!(await this.#isStale(digest, before)) || this.#shared.claims.has(digest)) return;
      const release = this.#shared.claims.take(digest);
      try {
        await this.#shared.disk.remove(incomingData(digest));
      } finally {
        release();
      }
    });
  }
}

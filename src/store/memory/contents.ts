import type { Digest } from '../../oci/digest.js';
import type { Descriptor } from '../../oci/manifest.js';
import type { Origin } from '../port.js';
import { GrowingBytes } from './growing-bytes.js';

/** A whole blob in memory. */
export interface MemoryBlob {
  readonly bytes: Buffer;
  readonly modified: Date;
  /** Number of the write that made it. */
  readonly version: number;
}

/** What a repository names. */
export interface MemoryRepository {
  readonly layers: Set<Digest>;
  readonly revisions: Set<Digest>;
  readonly tags: Map<string, Digest>;
  /** When a tag was moved to a digest, by tag: those that it points and pointed at. */
  readonly moves: Map<string, Map<Digest, Date>>;
}

/** An upload under way. */
export interface MemoryUpload {
  readonly repository: string;
  readonly bytes: GrowingBytes;
  /** Milliseconds since 1970. */
  readonly begun: number;
}

/** A partial copy. */
export interface MemoryPartial {
  readonly bytes: GrowingBytes;
  /** Milliseconds since 1970. */
  modified: number;
}

/** What a store in memory holds; it outlives the store, as a disk does. */
export class MemoryContents {
  readonly blobs = new Map<Digest, MemoryBlob>();
  readonly damaged = new Map<Digest, MemoryBlob>();
  readonly partials = new Map<Digest, MemoryPartial>();
  readonly repositories = new Map<string, MemoryRepository>();
  readonly uploads = new Map<string, MemoryUpload>();
  readonly tagOrigins = new Map<string, Origin>();
  readonly revisionOrigins = new Map<string, Origin>();
  readonly referrers = new Map<string, Map<Digest, Descriptor[]>>();
  #versions = 0;

  /** Makes a blob visible; one that is there stays. */
  addBlob(digest: Digest, bytes: Uint8Array, now: number): void {
    if (this.blobs.has(digest)) return;
    this.#versions += 1;
    this.blobs.set(digest, { bytes: Buffer.from(bytes), modified: new Date(now), version: this.#versions });
  }

  /** The repository, made when it is not there. */
  repository(name: string): MemoryRepository {
    let found = this.repositories.get(name);
    if (found === undefined) {
      found = { layers: new Set(), revisions: new Set(), tags: new Map(), moves: new Map() };
      this.repositories.set(name, found);
    }
    return found;
  }

  partial(digest: Digest, now: number): MemoryPartial {
    let found = this.partials.get(digest);
    if (found === undefined) {
      found = { bytes: new GrowingBytes(), modified: now };
      this.partials.set(digest, found);
    }
    return found;
  }
}

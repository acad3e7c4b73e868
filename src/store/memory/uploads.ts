import { randomUUID } from 'node:crypto';
import type { Digest } from '../../oci/digest.js';
import type { Claims } from '../claims.js';
import { StoreError } from '../errors.js';
import { layerLink, uploadsFolder } from '../layout.js';
import type { OpenThings } from '../open-things.js';
import type { Upload, Uploads } from '../port.js';
import type { MemoryContents, MemoryUpload } from './contents.js';
import { GrowingBytes } from './growing-bytes.js';

interface StaleUpload {
  readonly repository: string;
  readonly id: string;
  cancel(): Promise<void>;
}

/** Uploads in memory. */
export class MemoryUploads implements Uploads {
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

  async create(repository: string): Promise<Upload> {
    uploadsFolder(repository);
    const id = randomUUID();
    // Whole seconds, which is all that the file system's store records.
    const begun = Math.floor(this.#now() / 1000) * 1000;
    this.#contents.uploads.set(id, { repository, bytes: new GrowingBytes(), begun });
    return this.#take(id);
  }

  async open(repository: string, id: string): Promise<Upload | undefined> {
    uploadsFolder(repository);
    return this.#contents.uploads.get(id)?.repository === repository ? this.#take(id) : undefined;
  }

  #take(id: string): Upload {
    const release = this.#claims.take(claimOf(id));
    const upload = this.#contents.uploads.get(id);
    if (upload === undefined) throw new StoreError('STORE_FAILED', `upload ${id} is gone`);
    return new TakenUpload(id, upload, this.#contents, this.#now, this.#open, release);
  }

  async *stale(before: Date): AsyncGenerator<StaleUpload> {
    for (const [id, { repository, begun }] of this.#contents.uploads) {
      if (begun >= before.getTime() || this.#claims.has(claimOf(id))) continue;
      yield {
        repository,
        id,
        cancel: async () => {
          if (!this.#claims.has(claimOf(id))) this.#contents.uploads.delete(id);
        },
      };
    }
  }
}

class TakenUpload implements Upload {
  readonly #upload: MemoryUpload;
  readonly #contents: MemoryContents;
  readonly #now: () => number;
  readonly #open: OpenThings;
  readonly #release: () => void;
  #state: 'under way' | 'committed' | 'cancelled' | 'closed' = 'under way';

  constructor(
    readonly id: string,
    upload: MemoryUpload,
    contents: MemoryContents,
    now: () => number,
    open: OpenThings,
    release: () => void,
  ) {
    this.#upload = upload;
    this.#contents = contents;
    this.#now = now;
    this.#open = open;
    this.#release = release;
    open.add(this);
  }

  get repository(): string {
    return this.#upload.repository;
  }

  get offset(): number {
    return this.#upload.bytes.length;
  }

  async append(chunk: Buffer): Promise<void> {
    this.#expectUnderWay();
    this.#upload.bytes.append(chunk);
  }

  async commit(digest: Digest): Promise<void> {
    this.#expectUnderWay();
    layerLink(this.repository, digest);
    this.#upload.bytes.verify(digest);
    this.#contents.addBlob(digest, this.#upload.bytes.bytes(), this.#now());
    this.#contents.repository(this.repository).layers.add(digest);
    this.#end('committed');
  }

  async cancel(): Promise<void> {
    if (this.#state === 'under way') this.#end('cancelled');
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#open.delete(this);
    this.#release();
  }

  #end(state: 'committed' | 'cancelled'): void {
    this.#contents.uploads.delete(this.id);
    this.#state = state;
  }

  #expectUnderWay(): void {
    if (this.#state === 'under way') return;
    throw new StoreError('STORE_FAILED', `upload ${this.id} was ${this.#state} and cannot go on`);
  }
}

function claimOf(id: string): string {
  return `upload ${id}`;
}

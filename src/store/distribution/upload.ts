import { algorithmOf, type Digest } from '../../oci/digest.js';
import { StoreError } from '../errors.js';
import * as layout from '../layout.js';
import type { Upload } from '../port.js';
import { atEdge } from './edge.js';
import { GrowingFile } from './growing-file.js';
import { writeLink } from './links.js';
import type { OpenFile } from './open-file.js';
import { placeBlob } from './place-blob.js';
import type { RecentHashes } from './recent-hashes.js';
import type { Shared } from './shared.js';

/** What the running hash of an upload is made with; its digest is not known before the end. */
const USUAL = 'sha256';

/** One folder below `_uploads/`, taken up. */
export class DistributionUpload implements Upload {
  readonly #shared: Shared;
  readonly #hashes: RecentHashes;
  readonly #file: OpenFile;
  readonly #bytes: GrowingFile;
  readonly #release: () => void;
  #state: 'under way' | 'committed' | 'cancelled' = 'under way';
  /** Set once the content is a visible blob, so that a commit that failed after that goes on from there. */
  #placed: Digest | undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    readonly repository: string,
    readonly id: string,
    shared: Shared,
    hashes: RecentHashes,
    file: OpenFile,
    bytes: GrowingFile,
    release: () => void,
  ) {
    this.#shared = shared;
    this.#hashes = hashes;
    this.#file = file;
    this.#bytes = bytes;
    this.#release = release;
    shared.open.add(this);
  }

  /** @param release gives the upload back for others to take up */
  static async open(
    shared: Shared,
    hashes: RecentHashes,
    repository: string,
    id: string,
    release: () => void,
  ): Promise<Upload> {
    const file = await shared.disk.openForWriting(`${layout.uploadFolder(repository, id)}/data`);
    try {
      const found = await file.stat();
      const bytes = new GrowingFile(file, Number(found.size), USUAL, hashes.take(id, found));
      return new DistributionUpload(repository, id, shared, hashes, file, bytes, release);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get offset(): number {
    return this.#bytes.offset;
  }

  async append(chunk: Buffer): Promise<void> {
    this.#expectUnderWay();
    if (this.#placed !== undefined) throw this.#ended('committed');
    await atEdge(`upload ${this.id}`, () => this.#bytes.append([chunk]));
  }

  async commit(digest: Digest): Promise<void> {
    this.#expectUnderWay();
    if (this.#placed !== undefined && this.#placed !== digest)
      throw this.#ended(`committed as ${this.#placed}`);
    await atEdge(`upload ${this.id} of ${digest}`, async () => {
      if (this.#placed === undefined) await this.#place(digest);
      await writeLink(this.#shared.disk, layout.layerLink(this.repository, digest), digest);
      await this.#shared.disk.removeTree(layout.uploadFolder(this.repository, this.id));
    });
    this.#state = 'committed';
  }

  async #place(digest: Digest): Promise<void> {
    const { disk } = this.#shared;
    const algorithm = algorithmOf(digest);
    const size = this.offset;
    const bytes = algorithm === USUAL ? this.#bytes : new GrowingFile(this.#file, size, algorithm);
    await bytes.verify(digest);
    await this.#bytes.trim();
    await disk.dataSync(this.#file);
    await placeBlob(disk, `${layout.uploadFolder(this.repository, this.id)}/data`, digest, size);
    this.#placed = digest;
  }

  async cancel(): Promise<void> {
    if (this.#state !== 'under way') return;
    await atEdge(`cancelling upload ${this.id}`, () =>
      this.#shared.disk.removeTree(layout.uploadFolder(this.repository, this.id)),
    );
    this.#state = 'cancelled';
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#shared.open.delete(this);
    try {
      await atEdge(`closing upload ${this.id}`, async () => {
        if (this.#state === 'under way' && this.#placed === undefined) await this.#keepHash();
        await this.#file.close();
      });
    } finally {
      this.#release();
    }
  }

  async #keepHash(): Promise<void> {
    const found = await this.#file.stat();
    const running = this.#bytes.release();
    if (running !== undefined) this.#hashes.keep(this.id, running, found);
  }

  #expectUnderWay(): void {
    if (this.#state !== 'under way') throw this.#ended(this.#state);
  }

  #ended(how: string): StoreError {
    return new StoreError('STORE_FAILED', `upload ${this.id} was ${how} and cannot go on`);
  }
}

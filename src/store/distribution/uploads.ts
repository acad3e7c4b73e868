import { randomUUID } from 'node:crypto';
import * as layout from '../layout.js';
import type { Upload, Uploads } from '../port.js';
import { atEdge, streamAtEdge } from './edge.js';
import { RecentHashes } from './recent-hashes.js';
import type { Shared } from './shared.js';
import { DistributionUpload } from './upload.js';
import { walkRepositoryFolders } from './walk.js';

interface StaleUpload {
  readonly repository: string;
  readonly id: string;
  cancel(): Promise<void>;
}

/** `_uploads/` of the layout. */
export class DistributionUploads implements Uploads {
  readonly #shared: Shared;
  readonly #hashes = new RecentHashes();

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  create(repository: string): Promise<Upload> {
    return atEdge(`beginning an upload to ${repository}`, async () => {
      const id = randomUUID();
      const release = this.#shared.claims.take(claimOf(id));
      try {
        const folder = layout.uploadFolder(repository, id);
        // RFC 3339 in whole seconds, as Distribution writes it.
        const started = new Date(this.#shared.disk.now()).toISOString().replace(/\.\d+Z$/, 'Z');
        await this.#shared.disk.writeTransient(`${folder}/startedat`, Buffer.from(started));
        return await DistributionUpload.open(this.#shared, this.#hashes, repository, id, release);
      } catch (error) {
        release();
        throw error;
      }
    });
  }

  async open(repository: string, id: string): Promise<Upload | undefined> {
    if (!layout.isUploadId(id)) return undefined;
    return atEdge(`taking up upload ${id}`, async () => {
      const folder = layout.uploadFolder(repository, id);
      if (!(await this.#isHere(folder))) return undefined;
      const release = this.#shared.claims.take(claimOf(id));
      try {
        if (await this.#isHere(folder)) {
          return await DistributionUpload.open(this.#shared, this.#hashes, repository, id, release);
        }
      } catch (error) {
        release();
        throw error;
      }
      release();
      return undefined;
    });
  }

  /** Without the time it began, and without content, there is only what a crash left of it. */
  async #isHere(folder: string): Promise<boolean> {
    const files = [
      await this.#shared.disk.stat(`${folder}/data`),
      await this.#shared.disk.stat(`${folder}/startedat`),
    ];
    return files.some((file) => file?.isFile() === true);
  }

  stale(before: Date): AsyncIterable<StaleUpload> {
    return streamAtEdge('listing uploads', this.#stale(before));
  }

  async *#stale(before: Date): AsyncGenerator<StaleUpload> {
    for await (const { name, special } of walkRepositoryFolders(this.#shared.disk)) {
      if (!special.has('_uploads')) continue;
      for await (const { name: id } of this.#shared.disk.entries(layout.uploadsFolder(name))) {
        if (!layout.isUploadId(id) || this.#shared.claims.has(claimOf(id))) continue;
        const begun = await this.#begun(layout.uploadFolder(name, id));
        if (begun === undefined || begun >= before.getTime()) continue;
        yield { repository: name, id, cancel: () => this.#cancelStale(name, id) };
      }
    }
  }

  /** Milliseconds since 1970; the folder's own time when the file that should say it is damaged. */
  async #begun(folder: string): Promise<number | undefined> {
    const text = (await this.#shared.disk.readSmall(`${folder}/startedat`))?.toString('latin1') ?? '';
    const begun = Date.parse(text);
    return Number.isNaN(begun) ? (await this.#shared.disk.stat(folder))?.mtimeMs : begun;
  }

  /** Does nothing to one that was taken up since it was listed. */
  #cancelStale(repository: string, id: string): Promise<void> {
    return atEdge(`cancelling upload ${id}`, async () => {
      if (this.#shared.claims.has(claimOf(id))) return;
      const release = this.#shared.claims.take(claimOf(id));
      try {
        await this.#shared.disk.removeTree(layout.uploadFolder(repository, id));
      } finally {
        release();
      }
    });
  }
}

function claimOf(id: string): string {
  return `upload ${id}`;
}

import type { Digest } from '../../oci/digest.js';
import type { Descriptor } from '../../oci/manifest.js';
import { referrersOf, revisionOrigin, tagOrigin } from '../layout.js';
import type { Origin, Origins, Referrers } from '../port.js';
import { collectReferrers, withoutReferrer, withReferrer } from '../referrer.js';
import type { MemoryContents } from './contents.js';

/** Origins in memory, under the names their files would have. */
export class MemoryOrigins implements Origins {
  readonly #contents: MemoryContents;

  constructor(contents: MemoryContents) {
    this.#contents = contents;
  }

  async readTag(repository: string, tag: string): Promise<Origin | undefined> {
    return this.#contents.tagOrigins.get(tagOrigin(repository, tag));
  }

  async writeTag(repository: string, tag: string, { upstream, confirmed }: Origin): Promise<void> {
    this.#contents.tagOrigins.set(tagOrigin(repository, tag), { upstream, confirmed });
  }

  async removeTag(repository: string, tag: string): Promise<void> {
    this.#contents.tagOrigins.delete(tagOrigin(repository, tag));
  }

  async readRevision(repository: string, digest: Digest): Promise<Origin | undefined> {
    return this.#contents.revisionOrigins.get(revisionOrigin(repository, digest));
  }

  async writeRevision(repository: string, digest: Digest, { upstream, confirmed }: Origin): Promise<void> {
    this.#contents.revisionOrigins.set(revisionOrigin(repository, digest), { upstream, confirmed });
  }

  async removeRevision(repository: string, digest: Digest): Promise<void> {
    this.#contents.revisionOrigins.delete(revisionOrigin(repository, digest));
  }
}

/** Referrers in memory; made from the revisions when a repository is first asked for. */
export class MemoryReferrers implements Referrers {
  readonly #contents: MemoryContents;

  constructor(contents: MemoryContents) {
    this.#contents = contents;
  }

  async add(repository: string, subject: Digest, referrer: Descriptor): Promise<void> {
    this.#change(repository, subject, (list) => withReferrer(list, referrer));
  }

  async remove(repository: string, subject: Digest, referrer: Digest): Promise<void> {
    this.#change(repository, subject, (list) => withoutReferrer(list, referrer));
  }

  async list(repository: string, subject: Digest): Promise<Descriptor[]> {
    referrersOf(repository, subject);
    let index = this.#contents.referrers.get(repository);
    if (index === undefined) {
      index = await this.#collect(repository);
      this.#contents.referrers.set(repository, index);
    }
    return [...(index.get(subject) ?? [])];
  }

  #change(repository: string, subject: Digest, change: (list: Descriptor[]) => Descriptor[]): void {
    referrersOf(repository, subject);
    const index = this.#contents.referrers.get(repository);
    index?.set(subject, change(index.get(subject) ?? []));
  }

  #collect(repository: string): Promise<Map<Digest, Descriptor[]>> {
    const { repositories, blobs } = this.#contents;
    const revisions = [...(repositories.get(repository)?.revisions ?? [])];
    return collectReferrers(revisions, async (digest) => blobs.get(digest)?.bytes);
  }
}

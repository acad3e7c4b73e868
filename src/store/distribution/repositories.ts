import { randomUUID } from 'node:crypto';
import { errorCode } from '../../errors.js';
import type { Digest } from '../../oci/digest.js';
import { isTag } from '../../oci/name.js';
import { asStoreError } from '../errors.js';
import * as layout from '../layout.js';
import type { Repositories, TagMove, TagRecord } from '../port.js';
import { beyond } from '../tag-record.js';
import type { Disk } from './disk.js';
import { atEdge, streamAtEdge } from './edge.js';
import { mapAhead } from './limit.js';
import { linkedDigests, readLink, removeLink, writeLink } from './links.js';
import { AHEAD } from './shared.js';
import { readTagHistory } from './tag-history.js';
import { walkRepositoryFolders } from './walk.js';

/** `repositories/` of the layout. */
export class DistributionRepositories implements Repositories {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  hasLayer(repository: string, digest: Digest): Promise<boolean> {
    return this.#hasLink(repository, digest, layout.layerLink);
  }

  layerSizes(repository: string, digests: readonly Digest[]): readonly (number | undefined)[] {
    try {
      return digests.map((digest) => {
        const link = this.#disk.readSmallNow(layout.layerLink(repository, digest));
        return link?.toString('latin1') === digest ? this.#disk.sizeNow(layout.blobData(digest)) : undefined;
      });
    } catch (error) {
      throw asStoreError(error, `looking for blobs of ${repository}`);
    }
  }

  linkLayer(repository: string, digest: Digest): Promise<void> {
    return this.#at(repository, () => writeLink(this.#disk, layout.layerLink(repository, digest), digest));
  }

  unlinkLayer(repository: string, digest: Digest): Promise<boolean> {
    return this.#at(repository, () => removeLink(this.#disk, layout.layerLink(repository, digest)));
  }

  hasRevision(repository: string, digest: Digest): Promise<boolean> {
    return this.#hasLink(repository, digest, layout.revisionLink);
  }

  linkRevision(repository: string, digest: Digest): Promise<void> {
    return this.#at(repository, async () => {
      const link = layout.revisionLink(repository, digest);
      await this.#disk.makeFolder(layout.layersFolder(repository));
      await writeLink(this.#disk, link, digest);
    });
  }

  unlinkRevision(repository: string, digest: Digest): Promise<boolean> {
    return this.#at(repository, () => removeLink(this.#disk, layout.revisionLink(repository, digest)));
  }

  readTag(repository: string, tag: string): Promise<Digest | undefined> {
    return this.#at(repository, () => readLink(this.#disk, layout.tagCurrent(repository, tag)));
  }

  writeTag(repository: string, tag: string, digest: Digest, how: TagMove = 'moved'): Promise<void> {
    return this.#at(repository, async () => {
      const folder = layout.tagFolder(repository, tag);
      const index = layout.tagIndex(repository, tag, digest);
      await this.#disk.makeFolder(layout.layersFolder(repository));
      if (!(await this.#disk.isFolder(folder)) && (await this.#placeTag(repository, tag, digest))) return;
      // The index first, as Distribution does, and anew when the tag moves: the time of its link tells since when.
      const isNew = (await readLink(this.#disk, layout.tagCurrent(repository, tag))) !== digest;
      await (isNew && how === 'moved'
        ? this.#disk.write(index, Buffer.from(digest))
        : writeLink(this.#disk, index, digest));
      await writeLink(this.#disk, layout.tagCurrent(repository, tag), digest);
    });
  }

  /**
   * Makes a new tag's folder aside and renames it into place, because stock lists a tag as soon as its folder is there.
   * @returns false when somebody else made the tag meanwhile
   */
  async #placeTag(repository: string, tag: string, digest: Digest): Promise<boolean> {
    const folder = layout.tagFolder(repository, tag);
    const aside = layout.temporary(randomUUID());
    const within = (path: string) => `${aside}${path.slice(folder.length)}`;
    try {
      await writeLink(this.#disk, within(layout.tagIndex(repository, tag, digest)), digest);
      await writeLink(this.#disk, within(layout.tagCurrent(repository, tag)), digest);
      await this.#disk.place(aside, folder);
      return true;
    } catch (error) {
      await this.#disk.removeTree(aside);
      if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  }

  removeTag(repository: string, tag: string): Promise<boolean> {
    return this.#at(repository, () => this.#disk.removeTree(layout.tagFolder(repository, tag)));
  }

  tagHistory(repository: string, tag: string): Promise<TagRecord[]> {
    return this.#at(repository, () => readTagHistory(this.#disk, repository, tag));
  }

  pruneTag(repository: string, tag: string, keep: number): Promise<Digest[]> {
    return this.#at(repository, async () => {
      const history = await readTagHistory(this.#disk, repository, tag);
      const forgotten = beyond(history, keep).map(({ digest }) => digest);
      for (const digest of forgotten) await removeLink(this.#disk, layout.tagIndex(repository, tag, digest));
      return forgotten;
    });
  }

  exists(repository: string): Promise<boolean> {
    return this.#at(
      repository,
      async () =>
        (await this.#disk.isFolder(layout.layersFolder(repository))) ||
        (await this.#disk.isFolder(layout.manifestsFolder(repository))),
    );
  }

  async tags(repository: string, last = ''): Promise<string[] | undefined> {
    if (!(await this.exists(repository))) return undefined;
    return this.#at(repository, async () => {
      const folders = (await this.#disk.list(layout.tagsFolder(repository))) ?? [];
      const names = folders.map(({ name }) => name).filter((name) => isTag(name) && name > last);
      const tags: string[] = [];
      // A folder without a readable link is what a crash or another program left: no tag.
      const found = mapAhead(names.sort(), AHEAD, async (tag) => ({
        tag,
        digest: await readLink(this.#disk, layout.tagCurrent(repository, tag)),
      }));
      for await (const { tag, digest } of found) if (digest !== undefined) tags.push(tag);
      return tags;
    });
  }

  walk(last?: string): AsyncIterable<string> {
    return streamAtEdge('listing the repositories', this.#walk(last));
  }

  async *#walk(last?: string): AsyncGenerator<string> {
    for await (const { name, special } of walkRepositoryFolders(this.#disk, last)) {
      if (special.has('_layers') || special.has('_manifests')) yield name;
    }
  }

  layers(repository: string): AsyncIterable<Digest> {
    const folder = layout.layersFolder(repository);
    return streamAtEdge(`listing the layers of ${repository}`, linkedDigests(this.#disk, folder));
  }

  revisions(repository: string): AsyncIterable<Digest> {
    const folder = layout.revisionsFolder(repository);
    return streamAtEdge(`listing the manifests of ${repository}`, linkedDigests(this.#disk, folder));
  }

  #hasLink(
    repository: string,
    digest: Digest,
    link: (repository: string, digest: Digest) => string,
  ): Promise<boolean> {
    return this.#at(
      repository,
      async () => (await readLink(this.#disk, link(repository, digest))) === digest,
    );
  }

  #at<T>(repository: string, work: () => Promise<T>): Promise<T> {
    return atEdge(`repository ${repository}`, work);
  }
}

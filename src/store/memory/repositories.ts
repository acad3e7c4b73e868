import type { Digest } from '../../oci/digest.js';
import * as layout from '../layout.js';
import type { Repositories, TagMove, TagRecord } from '../port.js';
import { beyond, latestFirst } from '../tag-record.js';
import type { MemoryContents, MemoryRepository } from './contents.js';

/** Repositories in memory. Names are checked by making their paths, which refuses what the file system's store refuses. */
export class MemoryRepositories implements Repositories {
  readonly #contents: MemoryContents;
  readonly #now: () => number;

  constructor(contents: MemoryContents, now: () => number) {
    this.#contents = contents;
    this.#now = now;
  }

  async hasLayer(repository: string, digest: Digest): Promise<boolean> {
    layout.layerLink(repository, digest);
    return this.#find(repository)?.layers.has(digest) === true;
  }

  layerSizes(repository: string, digests: readonly Digest[]): readonly (number | undefined)[] {
    return digests.map((digest) => {
      layout.layerLink(repository, digest);
      const isLinked = this.#find(repository)?.layers.has(digest) === true;
      return isLinked ? this.#contents.blobs.get(digest)?.bytes.length : undefined;
    });
  }

  async linkLayer(repository: string, digest: Digest): Promise<void> {
    layout.layerLink(repository, digest);
    this.#contents.repository(repository).layers.add(digest);
  }

  async unlinkLayer(repository: string, digest: Digest): Promise<boolean> {
    layout.layerLink(repository, digest);
    return this.#find(repository)?.layers.delete(digest) === true;
  }

  async hasRevision(repository: string, digest: Digest): Promise<boolean> {
    layout.revisionLink(repository, digest);
    return this.#find(repository)?.revisions.has(digest) === true;
  }

  async linkRevision(repository: string, digest: Digest): Promise<void> {
    layout.revisionLink(repository, digest);
    this.#contents.repository(repository).revisions.add(digest);
  }

  async unlinkRevision(repository: string, digest: Digest): Promise<boolean> {
    layout.revisionLink(repository, digest);
    return this.#find(repository)?.revisions.delete(digest) === true;
  }

  async readTag(repository: string, tag: string): Promise<Digest | undefined> {
    layout.tagFolder(repository, tag);
    return this.#find(repository)?.tags.get(tag);
  }

  async writeTag(repository: string, tag: string, digest: Digest, how: TagMove = 'moved'): Promise<void> {
    layout.tagIndex(repository, tag, digest);
    const { tags, moves } = this.#contents.repository(repository);
    const before = moves.get(tag) ?? new Map<Digest, Date>();
    const isNew = tags.get(tag) !== digest && how === 'moved';
    if (isNew || !before.has(digest)) before.set(digest, new Date(this.#now()));
    moves.set(tag, before);
    tags.set(tag, digest);
  }

  async removeTag(repository: string, tag: string): Promise<boolean> {
    layout.tagFolder(repository, tag);
    const found = this.#find(repository);
    found?.moves.delete(tag);
    return found?.tags.delete(tag) === true;
  }

  async tagHistory(repository: string, tag: string): Promise<TagRecord[]> {
    layout.tagFolder(repository, tag);
    const found = this.#find(repository);
    const now = found?.tags.get(tag);
    if (now === undefined) return [];
    return [...(found?.moves.get(tag) ?? [])]
      .map(([digest, since]) => ({ digest, since, isNow: digest === now }))
      .sort(latestFirst);
  }

  async pruneTag(repository: string, tag: string, keep: number): Promise<Digest[]> {
    const history = await this.tagHistory(repository, tag);
    const forgotten = beyond(history, keep).map(({ digest }) => digest);
    for (const digest of forgotten) this.#find(repository)?.moves.get(tag)?.delete(digest);
    return forgotten;
  }

  async exists(repository: string): Promise<boolean> {
    layout.repositoryFolder(repository);
    return this.#find(repository) !== undefined;
  }

  async tags(repository: string, last = ''): Promise<string[] | undefined> {
    layout.repositoryFolder(repository);
    const found = this.#find(repository);
    return found === undefined ? undefined : [...found.tags.keys()].filter((tag) => tag > last).sort();
  }

  async *walk(last?: string): AsyncGenerator<string> {
    const names = [...this.#contents.repositories.keys()].sort(byComponents);
    for (const name of names) if (last === undefined || byComponents(name, last) > 0) yield name;
  }

  async *layers(repository: string): AsyncGenerator<Digest> {
    layout.layersFolder(repository);
    yield* [...(this.#find(repository)?.layers ?? [])];
  }

  async *revisions(repository: string): AsyncGenerator<Digest> {
    layout.revisionsFolder(repository);
    yield* [...(this.#find(repository)?.revisions ?? [])];
  }

  #find(repository: string): MemoryRepository | undefined {
    return this.#contents.repositories.get(repository);
  }
}

function byComponents(one: string, other: string): number {
  const left = one.split('/');
  const right = other.split('/');
  for (const [position, component] of left.entries()) {
    const against = right[position];
    if (against === undefined || component > against) return 1;
    if (component < against) return -1;
  }
  return left.length - right.length;
}

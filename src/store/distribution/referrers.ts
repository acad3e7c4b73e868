import type { Digest } from '../../oci/digest.js';
import type { Descriptor } from '../../oci/manifest.js';
import * as layout from '../layout.js';
import type { Referrers } from '../port.js';
import { MANIFEST_LIMIT } from '../read-whole.js';
import {
  collectReferrers,
  readReferrersDocument,
  referrersDocument,
  withoutReferrer,
  withReferrer,
} from '../referrer.js';
import type { Disk } from './disk.js';
import { atEdge } from './edge.js';
import { linkedDigests } from './links.js';
import { ALGORITHMS } from './shared.js';
import { Turns } from './turns.js';

/** How many repositories are remembered as having a complete index. */
const COMPLETE_LIMIT = 20_000;

/**
 * The index of referrers, one OCI index for each subject under `_mirror/referrers/`. Derived: a marker says that it is complete,
 * and what the revisions' folders looked like then. When a store is opened and they look different, another program
 * may have written there, so the index is made again before it is used for the first time.
 */
export class DistributionReferrers implements Referrers {
  readonly #disk: Disk;
  readonly #turns = new Turns();
  readonly #complete = new Set<string>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  add(repository: string, subject: Digest, referrer: Descriptor): Promise<void> {
    return this.#change(repository, subject, (list) => withReferrer(list, referrer));
  }

  remove(repository: string, subject: Digest, referrer: Digest): Promise<void> {
    return this.#change(repository, subject, (list) => withoutReferrer(list, referrer));
  }

  list(repository: string, subject: Digest): Promise<Descriptor[]> {
    return this.#turn(repository, async () => {
      const kept = (await this.#isComplete(repository)) ? await this.#read(repository, subject) : undefined;
      return kept ?? (await this.#rebuild(repository)).get(subject) ?? [];
    });
  }

  #change(repository: string, subject: Digest, change: (list: Descriptor[]) => Descriptor[]): Promise<void> {
    return this.#turn(repository, async () => {
      const before = await this.#read(repository, subject);
      // A damaged list is left to be found, and all made again, when it is asked for.
      if (before === undefined) return;
      const after = change(before);
      if (before.length === 0 && after.length === 0) return;
      const document = Buffer.from(referrersDocument(after));
      await this.#disk.write(layout.referrersOf(repository, subject), document);
    });
  }

  /** Empty when there is none, undefined when it is damaged. */
  async #read(repository: string, subject: Digest): Promise<Descriptor[] | undefined> {
    const bytes = await this.#disk.read(layout.referrersOf(repository, subject));
    return bytes === undefined ? [] : readReferrersDocument(bytes);
  }

  async #isComplete(repository: string): Promise<boolean> {
    if (this.#complete.has(repository)) return true;
    const marker = (await this.#disk.readSmall(layout.referrersMarker(repository)))?.toString();
    if (marker === undefined || marker !== (await this.#look(repository))) return false;
    this.#remember(repository);
    return true;
  }

  async #rebuild(repository: string): Promise<Map<Digest, Descriptor[]>> {
    this.#complete.delete(repository);
    const folder = layout.revisionsFolder(repository);
    // Whoever asks for a repository that is not here must not make one.
    if (!(await this.#disk.isFolder(folder))) return new Map();
    const look = await this.#look(repository);
    const found = await collectReferrers(linkedDigests(this.#disk, folder), (digest) =>
      this.#manifest(digest),
    );
    try {
      await this.#disk.removeTree(layout.referrersFolder(repository));
      for (const [subject, list] of found) {
        await this.#disk.write(layout.referrersOf(repository, subject), Buffer.from(referrersDocument(list)));
      }
      await this.#disk.write(layout.referrersMarker(repository), Buffer.from(look));
      this.#remember(repository);
    } catch {
      // A full or read-only disk is no reason not to answer. It is all done again when asked for next.
    }
    return found;
  }

  async #manifest(digest: Digest): Promise<Buffer | undefined> {
    const path = layout.blobData(digest);
    const found = await this.#disk.stat(path);
    if (found?.isFile() !== true || found.size > MANIFEST_LIMIT) return undefined;
    return this.#disk.read(path);
  }

  /** Changes when a revision was added or removed. */
  async #look(repository: string): Promise<string> {
    const times: Record<string, number> = {};
    for (const algorithm of ALGORITHMS) {
      const found = await this.#disk.stat(`${layout.revisionsFolder(repository)}/${algorithm}`);
      if (found !== undefined) times[algorithm] = found.mtimeMs;
    }
    return `${JSON.stringify({ revisions: times })}\n`;
  }

  #remember(repository: string): void {
    if (this.#complete.size >= COMPLETE_LIMIT) this.#complete.clear();
    this.#complete.add(repository);
  }

  #turn<T>(repository: string, work: () => Promise<T>): Promise<T> {
    return atEdge(`the referrers in ${repository}`, () => this.#turns.run(repository, work));
  }
}

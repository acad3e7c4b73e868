import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '../../host/file-lock.js';
import type { Platform } from '../../oci/manifest.js';
import { DOCKER_HUB, formatReference, type Reference } from '../../oci/reference.js';
import type { UpstreamHosts } from '../../oci/stored-name.js';
import type { Store } from '../../store/port.js';
import { ImageError } from '../archive-error.js';
import { type Compression, createCompressor } from '../compressor.js';
import { gatherContents } from './contents.js';
import { archiveFile } from './file-name.js';
import { findImage } from './find-image.js';
import { keptPlatforms } from './kept-platforms.js';
import { completeChecksum, placeArchive, prune } from './place-archive.js';
import { type ArchivePlan, planArchive, type Subject } from './plan.js';
import { readRecorded } from './recorded.js';
import { writePlan } from './write-plan.js';

/** How archives are made. */
export interface ArchiveOptions {
  readonly store: Store;
  readonly hosts: UpstreamHosts;
  /** The folder of the archives, which is there. */
  readonly folder: string;
  readonly compression: Compression;
  /** Such as `linux/amd64`; empty: all that are here. */
  readonly platforms: readonly string[];
  /** Of this host: engines that know one platform only get its image. */
  readonly hostPlatform: string;
  /** How many archives of an image stay. */
  readonly keep: number;
  /** Makes an archive anew that is up to date. */
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** What became of an image. */
export interface ArchivedImage {
  readonly state: 'written' | 'unchanged';
  /** The archive. */
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Platforms of the image that the archive does not have. */
  readonly absent: readonly string[];
}

/** Told while an archive is written: bytes of it so far and in all, before compression. */
export type OnProgress = (done: number, total: number) => void;

/**
 * Writes the archive of one image, unless the one that is there was made from the same.
 * @param kept the platforms that it is kept for; undefined: those of the options
 * @throws MirrorError; an archive that was there is as it was then
 */
export async function archiveImage(
  image: string,
  kept: readonly Platform[] | undefined,
  options: ArchiveOptions,
  onProgress: OnProgress,
): Promise<ArchivedImage> {
  const { store, hosts, folder, compression, hostPlatform } = options;
  const found = await findImage(store, hosts, image);
  const platforms = kept === undefined ? options.platforms : await keptPlatforms(store, found.digest, kept);
  const contents = await gatherContents(store, found.repository, found.digest, platforms);
  const { name, isPushed, repository, reference } = found;
  const pushedTo = isPushed ? repository : undefined;
  const subject = { name, pushedTo, contents, tagged: familiarName(reference) };
  const plan = planArchive(subject, options.platforms[0] ?? hostPlatform);
  const path = join(folder, archiveFile(image, compression));
  const state = await withFileLock(path, () =>
    bringUpToDate(image, subject, plan, path, options, onProgress),
  );
  return { state, path, size: (await stat(path)).size, absent: contents.absent };
}

async function bringUpToDate(
  image: string,
  subject: Subject,
  plan: ArchivePlan,
  path: string,
  options: ArchiveOptions,
  onProgress: OnProgress,
): Promise<ArchivedImage['state']> {
  const { store, folder, compression, keep, signal } = options;
  const file = archiveFile(image, compression);
  const there = await readRecorded(path, signal);
  if (there !== undefined && there.name !== subject.name) {
    throw new ImageError(`${path} is the archive of ${there.name}`, {
      hint: 'write one of the two into another folder, with --output',
    });
  }
  const isUnchanged = there?.madeFrom === plan.madeFrom && !options.force;
  if (isUnchanged) await completeChecksum(folder, file);
  else {
    await placeArchive({ folder, image, file, keep }, async (sink) => {
      const output = await createCompressor(compression, sink, signal);
      try {
        await writePlan(plan, store.blobs, output, { signal, onBytes: counted(plan, onProgress) });
      } finally {
        output.destroy();
      }
    });
  }
  await prune({ folder, image, keep });
  return isUnchanged ? 'unchanged' : 'written';
}

function counted({ members }: ArchivePlan, onProgress: OnProgress): (count: number) => void {
  const total = members.reduce((sum, each) => sum + ('bytes' in each ? each.bytes.length : each.size), 0);
  let done = 0;
  return (count) => {
    done += count;
    onProgress(done, total);
  };
}

/** As `docker load` prints it and people type it: without the host of Docker Hub; undefined without a tag. */
export function familiarName(reference: Reference): string | undefined {
  if (reference.tag === undefined) return undefined;
  const whole = formatReference({ ...reference, digest: undefined });
  return whole.replace(`${DOCKER_HUB}/library/`, '').replace(new RegExp(`^${DOCKER_HUB}/`), '');
}

import type { KeyObject } from 'node:crypto';
import { dirname } from 'node:path';
import { withFileLock } from '../../host/file-lock.js';
import { freeSpace } from '../../host/free-space.js';
import type { Blobs } from '../../store/port.js';
import { ImageError } from '../archive-error.js';
import { formatBytes } from '../update-event.js';
import type { Composed } from './compose.js';
import type { BundleSize, CreateEvent } from './events.js';
import { isFinished, writeListFile } from './finished.js';
import { indexDocument } from './layout-index.js';
import type { BundleList } from './list.js';
import { type PlacedMembers, placeMembers } from './members.js';
import { type BundleOutput, PartialBundle } from './output.js';
import { publicKeyOf } from './public-key.js';
import { begunList, wholeUntil } from './resume.js';
import { signList } from './signature.js';
import { unitsOf } from './units.js';
import { frontOf, writeContent } from './write-bundle.js';
import { listBytes } from './write-list.js';

/** How a bundle is written. */
export interface WriteOptions {
  readonly blobs: Blobs;
  readonly key: KeyObject;
  readonly signal: AbortSignal;
  /** Where the list goes; undefined: it is not kept. */
  readonly listFile: ((list: BundleList) => string) | undefined;
}

/** Where a bundle goes. */
export interface Place {
  /** What the partial one is called after. */
  readonly path: string;
  /** The name of the finished one. */
  readonly final: (list: BundleList) => string;
  /** Bytes of a volume; undefined: one file. */
  readonly split: number | undefined;
  /** Whether a finished one of that name is replaced. */
  readonly force: boolean;
}

/** How much is in a bundle. */
export function sizeOf(list: BundleList, total: number): BundleSize {
  const images = list.repositories.reduce((sum, each) => sum + unitsOf(each, list.manifests).length, 0);
  return { images, members: list.members.length, bytes: total };
}

/**
 * Writes a bundle to the disk. Where an earlier run was ended in the middle of the same one, it goes on from there.
 * @throws MirrorError; what was written is kept for the next run then
 */
export async function writeToFile(
  composed: Composed,
  place: Place,
  options: WriteOptions,
  tell: (event: CreateEvent) => void,
): Promise<void> {
  await withFileLock(place.path, async () => {
    const partial = new PartialBundle(place.path, place.split);
    try {
      await partial.open();
      await write(composed, place, partial, options, tell);
    } finally {
      await partial.close();
    }
  });
}

async function write(
  composed: Composed,
  place: Place,
  partial: PartialBundle,
  options: WriteOptions,
  tell: (event: CreateEvent) => void,
): Promise<void> {
  const { signal, key, blobs, listFile } = options;
  const begun = await begunList(partial, composed.list, signal);
  const list = begun ?? composed.list;
  const final = place.final(list);
  if (!place.force && (await isFinished(final))) {
    throw new ImageError(`${final} is there already`, {
      hint: 'give another name, or replace it with --force',
    });
  }
  const { front, bytes, placed } = prepared(list, key);
  const from = begun === undefined ? 0 : await wholeUntil(partial, placed, front, signal);
  if (from > 0) tell({ event: 'continued', bytes: from });
  else if (partial.size > 0)
    tell({ event: 'begun_again', reason: begun === undefined ? 'changed' : 'damaged' });
  await partial.truncate(from);
  await requireRoom(dirname(place.path), placed.total - from);
  let done = from;
  const onBytes = (count: number) => {
    done += count;
    tell({ event: 'progress', done, total: placed.total });
  };
  if (from === 0) await partial.append(front);
  await writeContent(placed, Math.max(from, front.length), blobs, partial, { signal, onBytes });
  const listed = listFile?.(list);
  if (listed !== undefined) await writeListFile(listed, bytes);
  await partial.finish(final);
  const volumes = place.split === undefined ? null : Math.ceil(placed.total / place.split);
  tell({
    event: 'written',
    file: final,
    volumes,
    list: listed ?? null,
    key: publicKeyOf(key).fingerprint,
    ...sizeOf(list, placed.total),
  });
}

/**
 * Writes a bundle to a stream.
 * @throws MirrorError
 */
export async function writeToStream(
  { list }: Composed,
  output: BundleOutput,
  options: WriteOptions,
  tell: (event: CreateEvent) => void,
): Promise<void> {
  const { front, bytes, placed } = prepared(list, options.key);
  let done = front.length;
  const onBytes = (count: number) => {
    done += count;
    tell({ event: 'progress', done, total: placed.total });
  };
  await output.append(front);
  await writeContent(placed, front.length, options.blobs, output, { signal: options.signal, onBytes });
  const listed = options.listFile?.(list);
  if (listed !== undefined) await writeListFile(listed, bytes);
  const { fingerprint } = publicKeyOf(options.key);
  tell({
    event: 'written',
    file: '-',
    volumes: null,
    list: listed ?? null,
    key: fingerprint,
    ...sizeOf(list, placed.total),
  });
}

interface Prepared {
  readonly front: Buffer;
  /** The list's. */
  readonly bytes: Buffer;
  readonly placed: PlacedMembers;
}

function prepared(list: BundleList, key: KeyObject): Prepared {
  const bytes = listBytes(list);
  const signature = signList(bytes, key);
  const front = frontOf(bytes, signature, indexDocument(list));
  return { front, bytes, placed: placeMembers(list, bytes.length, signature.length) };
}

async function requireRoom(folder: string, needed: number): Promise<void> {
  const room = await freeSpace(folder);
  if (needed <= room) return;
  throw new ImageError(
    `${formatBytes(needed)} are to be written, and ${formatBytes(room)} are free in ${folder}`,
    {
      hint: 'make room there, write it somewhere else with --output, or leave out with --since what was carried before',
    },
  );
}

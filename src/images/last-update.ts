import { errorCode, MirrorError } from '../errors.js';
import { readTextIfThere, writeFileAtomic } from '../host/files.js';
import { isRunning, type ProcessIdentity } from '../host/process-identity.js';
import { isPlatformOutcome, type PlatformOutcome } from './platform-outcome.js';
import { isWaiting, type Waiting } from './waiting.js';

/**
 * `unchanged`: everything was here. `fetched`: something was missing or had changed, and is here now. `failed`: see `problem`.
 * `waiting`: its turn has not come, or it was broken off, or has to wait (`waits`).
 */
export type ImageState = 'waiting' | 'unchanged' | 'fetched' | 'failed';

/**
 * `done`: every image is here and fresh, and so are the archives; also when there was none to be kept. `partly`: some failed, or have to
 * wait. `failed`: none was updated.
 * `interrupted`: it was told to end, or was killed.
 */
export type UpdateResult = 'running' | 'done' | 'partly' | 'failed' | 'interrupted';

/** What became of one image of an update. */
export interface ImageOutcome {
  /** As it is written in the list or the settings. */
  readonly image: string;
  readonly state: ImageState;
  /** What the tag stands for: the digest of the manifest or index; null when that is not known. */
  readonly digest: string | null;
  /** Bytes of blobs that were fetched. */
  readonly bytes: number;
  /** Blobs that were fetched. */
  readonly blobs: number;
  /** Why it failed; null otherwise. */
  readonly problem: string | null;
  /** What the mirror can serve of it with every upstream off, platform by platform; absent when that is not known. */
  readonly platforms?: readonly PlatformOutcome[];
  /** What is attached to it, such as signatures; absent when that was not looked for. */
  readonly attached?: AttachedOutcome;
  /** Of one in the state `waiting`: what for; absent when it was broken off, or its turn has not come. */
  readonly waits?: Waiting;
  /** It is not to be kept: somebody pulled it in part, and the rest was fetched. */
  readonly partial?: true;
}

/** What became of what is attached to an image. */
export interface AttachedOutcome {
  /** Manifests that are attached and here. */
  readonly manifests: number;
  /** What of it is not here, and why; null when everything is. The image itself is none the worse for it. */
  readonly problem: string | null;
}

/** What became of the archive of one image. */
export interface ArchiveOutcome {
  readonly image: string;
  readonly state: 'written' | 'unchanged' | 'failed';
  /** The file; null when there is none to be told of. */
  readonly path: string | null;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Why it failed; null otherwise. An archive that was there is as it was then. */
  readonly problem: string | null;
}

/** What `run/update.json` tells about the update that runs, or the last one. */
export interface LastUpdate {
  readonly version: 1;
  /** Who runs or ran it. */
  readonly process: ProcessIdentity;
  /** ISO 8601. */
  readonly started: string;
  /** ISO 8601; null while it runs, and for ever when it was killed. */
  readonly finished: string | null;
  readonly result: UpdateResult;
  /** What kept the whole from being done, such as a mirror that does not run; null otherwise. */
  readonly problem: string | null;
  /** The log of this update, an absolute path; null when none could be written. */
  readonly log: string | null;
  readonly images: readonly ImageOutcome[];
  /** The archives that were to be written once the images were up to date; absent when there were none. */
  readonly archives?: readonly ArchiveOutcome[];
}

const IMAGE_STATES: readonly unknown[] = ['waiting', 'unchanged', 'fetched', 'failed'] satisfies ImageState[];
const ARCHIVE_STATES: readonly unknown[] = [
  'written',
  'unchanged',
  'failed',
] satisfies ArchiveOutcome['state'][];
const RESULTS: readonly unknown[] = [
  'running',
  'done',
  'partly',
  'failed',
  'interrupted',
] satisfies UpdateResult[];

/** The record of the last update holds something else. */
export class LastUpdateError extends MirrorError {
  readonly code = 'UPDATE_RECORD_INVALID';
}

/**
 * The update that runs, or the last one, as recorded in `run/update.json`; undefined when there never was one. One whose process is gone
 * without having said how it ended comes as `interrupted`.
 * @throws LastUpdateError when the file holds something else; the next update replaces it
 * @throws FileError when it cannot be read
 */
export async function readLastUpdate(path: string): Promise<LastUpdate | undefined> {
  const text = await readTextIfThere(path);
  if (text === undefined) return undefined;
  const record = parseJson(text);
  if (!isUpdate(record)) {
    throw new LastUpdateError(`${path} does not hold the record of an update`, {
      hint: 'run "docker-mirror update", which writes it anew',
    });
  }
  if (record.result !== 'running' || (await isAlive(record))) return record;
  return { ...record, result: 'interrupted' };
}

/**
 * Replaces the record in one step: a reader sees the one before or this one.
 * @throws FileError
 */
export async function writeLastUpdate(path: string, record: LastUpdate): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(record, undefined, 2)}\n`);
}

async function isAlive({ process: identity }: LastUpdate): Promise<boolean> {
  try {
    return await isRunning(identity);
  } catch (error) {
    // `ps` cannot be run: then nobody can say, and what is written counts.
    if (errorCode(error) === 'COMMAND_FAILED') return true;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported by the caller as what it is: no record.
    return undefined;
  }
}

function isUpdate(value: unknown): value is LastUpdate {
  if (typeof value !== 'object' || value === null) return false;
  const {
    version,
    process: identity,
    started,
    finished,
    result,
    problem,
    log,
    images,
    archives,
  } = value as Partial<LastUpdate>;
  return (
    version === 1 &&
    typeof identity === 'object' &&
    Number.isSafeInteger(identity?.pid) &&
    typeof identity?.started === 'string' &&
    isTime(started) &&
    (finished === null || isTime(finished)) &&
    RESULTS.includes(result) &&
    isTextOrNull(problem) &&
    isTextOrNull(log) &&
    Array.isArray(images) &&
    images.every(isOutcome) &&
    (archives === undefined || (Array.isArray(archives) && archives.every(isArchiveOutcome)))
  );
}

function isArchiveOutcome(value: unknown): value is ArchiveOutcome {
  if (typeof value !== 'object' || value === null) return false;
  const { image, state, path, bytes, problem } = value as Partial<ArchiveOutcome>;
  return (
    typeof image === 'string' &&
    ARCHIVE_STATES.includes(state) &&
    isTextOrNull(path) &&
    typeof bytes === 'number' &&
    isTextOrNull(problem)
  );
}

function isOutcome(value: unknown): value is ImageOutcome {
  if (typeof value !== 'object' || value === null) return false;
  const { image, state, digest, bytes, blobs, problem, platforms, attached, waits } =
    value as Partial<ImageOutcome>;
  return (
    typeof image === 'string' &&
    IMAGE_STATES.includes(state) &&
    isTextOrNull(digest) &&
    typeof bytes === 'number' &&
    typeof blobs === 'number' &&
    isTextOrNull(problem) &&
    (platforms === undefined || (Array.isArray(platforms) && platforms.every(isPlatformOutcome))) &&
    (attached === undefined || isAttached(attached)) &&
    (waits === undefined || isWaiting(waits))
  );
}

function isAttached(value: unknown): value is AttachedOutcome {
  if (typeof value !== 'object' || value === null) return false;
  const { manifests, problem } = value as Partial<AttachedOutcome>;
  return typeof manifests === 'number' && isTextOrNull(problem);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

import { rm } from 'node:fs/promises';
import { asFileError, readTextIfThere, writeFileAtomic } from '../host/files.js';
import { isRunning, type ProcessIdentity } from '../host/process-identity.js';
import { isWaiting, type WaitingImages } from './waiting.js';

/** What a scheduled update waits for before it goes on, as told in `run/update-waits.json` while it waits. */
export interface UpdatePause {
  readonly version: 1;
  /** Who waits. */
  readonly process: ProcessIdentity;
  /** What for, the first to be over first. */
  readonly waits: readonly WaitingImages[];
}

/** @throws FileError */
export async function writePause(path: string, pause: UpdatePause): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(pause, undefined, 2)}\n`);
}

/** Nobody waits any more. @throws FileError */
export async function clearPause(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw asFileError(error, `cannot remove ${path}`);
  });
}

/**
 * What a scheduled update waits for; undefined when none does: also when the one that wrote it is gone, or it cannot be understood.
 * @throws FileError when it cannot be read
 */
export async function readPause(path: string): Promise<UpdatePause | undefined> {
  const text = await readTextIfThere(path);
  const pause = text === undefined ? undefined : parse(text);
  return isPause(pause) && (await isRunning(pause.process)) ? pause : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It is told by its absence: the next pause replaces it.
    return undefined;
  }
}

function isWaitingImages(value: unknown): value is WaitingImages {
  return isWaiting(value) && 'images' in value && typeof value.images === 'number';
}

function isPause(value: unknown): value is UpdatePause {
  if (typeof value !== 'object' || value === null) return false;
  const { version, process: identity, waits } = value as Partial<UpdatePause>;
  return (
    version === 1 &&
    Number.isSafeInteger(identity?.pid) &&
    typeof identity?.started === 'string' &&
    Array.isArray(waits) &&
    waits.length > 0 &&
    waits.every(isWaitingImages)
  );
}

import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, isMissing, MirrorError } from '../errors.js';
import { FileError, temporaryName } from './files.js';
import { type Lock, tryLock } from './lock.js';

/** Milliseconds that others are waited for; who writes a file needs a few. */
const PATIENCE = 10_000;

/** Milliseconds between two looks, at most. */
const PAUSE = 20;

/** Where no lock can be had because nothing can be written at all, the writing itself says it best. */
const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'ENAMETOOLONG']);

/**
 * Does something to a file while no other process that asks for the same lock does. The lock is a folder `PATH.lock`, gone
 * afterwards; one whose holder died is taken over.
 * @throws FileError when others hold the lock too long; and what `work` throws
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const folder = `${path}.lock`;
  const lock = await takeLock(folder);
  try {
    return await work();
  } finally {
    await letGo(folder, lock);
  }
}

async function takeLock(folder: string): Promise<Lock | undefined> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      await makeFolder(folder);
      const lock = await tryLock(folder);
      if (lock !== undefined) return lock;
    } catch (error) {
      const cause = error instanceof MirrorError ? error.cause : error;
      if (UNWRITABLE.has(errorCode(cause) ?? '')) {
        await removeIfEmpty(folder);
        return undefined;
      }
      // Whoever had it has just removed it.
      if (!isMissing(cause)) throw error;
    }
    if (performance.now() > end) {
      throw new FileError(`another process has held ${folder} for more than ${PATIENCE / 1000} s`, {
        hint: 'try again when it has ended',
        retryable: true,
      });
    }
    await sleep(Math.random() * PAUSE);
  }
}

/** Made by itself, and not with those above it: then the system says why it cannot be. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** What was made before the disk was full. One that others use stays. */
async function removeIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}

/**
 * Removes the folder while the lock is still held, under another name first, so that nobody sees a part of it. Not while somebody else
 * leaves a mark there, who may have found the one before abandoned.
 */
async function letGo(folder: string, lock: Lock | undefined): Promise<void> {
  if (lock === undefined) return;
  const names = (await readdir(folder)).filter((name) => /^lock\.\d+$/.test(name));
  if (names.length !== 1) {
    await lock.release();
    return;
  }
  const gone = await temporaryName(folder);
  await rename(folder, gone);
  await rm(gone, { recursive: true, force: true });
}

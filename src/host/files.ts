import { type FileHandle, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, isMissing, MirrorError } from '../errors.js';

/** A file or folder of the host could not be read or written. */
export class FileError extends MirrorError {
  readonly code = 'FILE_FAILED';
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'run it as root, or choose a folder of your own with DOCKER_MIRROR_PATH=/some/folder',
  EPERM: 'run it as root, or choose a folder of your own with DOCKER_MIRROR_PATH=/some/folder',
  EROFS: 'the file system is read-only: choose another folder with DOCKER_MIRROR_PATH=/some/folder',
  ENOSPC: 'make room on that disk',
  EDQUOT: 'your quota on that disk is used up',
  ENOTDIR: 'something on the way there is a file where a folder is needed',
  EEXIST: 'something else is there: move it away, or choose another folder',
};

/** A system error as a FileError that says what was being done and what may help. */
export function asFileError(error: unknown, doing: string): MirrorError {
  if (error instanceof MirrorError) return error;
  const hint = HINTS[errorCode(error) ?? ''];
  const text = error instanceof Error ? error.message : String(error);
  return new FileError(`${doing}: ${text}`, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

/** How a file is written. */
export interface WriteOptions {
  /** Permission bits of a file that was not there; those of an existing one are kept. 0o644 when absent. */
  readonly mode?: number;
  /** Leave a file that is already there as it is. */
  readonly createOnly?: boolean;
}

/**
 * Writes a file so that a reader, or a power cut, sees the old content or the new one and never a part: temporary file, fsync,
 * rename, fsync of the folder. Mode and owner of an existing file are kept, and an equal one is not touched.
 * @returns whether anything was written
 * @throws FileError
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<boolean> {
  try {
    const bytes = Buffer.from(content);
    const existing = await readExisting(path);
    if (existing !== undefined && (options.createOnly === true || existing.bytes.equals(bytes))) return false;
    return await replace(path, bytes, existing, options);
  } catch (error) {
    throw asFileError(error, `cannot write ${path}`);
  }
}

interface Existing {
  readonly bytes: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

async function readExisting(path: string): Promise<Existing | undefined> {
  try {
    const [bytes, { mode, uid, gid }] = await Promise.all([readFile(path), stat(path)]);
    return { bytes, mode: mode & 0o7777, uid, gid };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function replace(
  path: string,
  bytes: Buffer,
  existing: Existing | undefined,
  options: WriteOptions,
): Promise<boolean> {
  const temporary = await temporaryName(path);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      if (existing !== undefined) await keepOwner(file, existing);
      await file.chmod(existing?.mode ?? options.mode ?? 0o644);
      await file.sync();
    } finally {
      await file.close();
    }
    if (options.createOnly === true) {
      if (!(await linkUnlessThere(temporary, path))) return false;
    } else {
      await rename(temporary, path);
    }
    await syncFolder(dirname(path));
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A name beside a path that nobody else uses. */
export async function temporaryName(path: string): Promise<string> {
  // Loaded when it is first needed: commands that only read start faster without it.
  const { randomBytes } = await import('node:crypto');
  return `${path}.${randomBytes(6).toString('hex')}.tmp`;
}

/** A normal user may not give files away: then the file becomes theirs, as with every editor. */
async function keepOwner(file: FileHandle, { uid, gid }: Existing): Promise<void> {
  try {
    await file.chown(uid, gid);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') throw error;
  }
}

/** Unlike rename, link refuses to replace: of two writers one wins. */
async function linkUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Makes the folder's entries survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Makes a folder and those above it.
 * @returns whether it was not there
 * @throws FileError
 */
export async function ensureFolder(path: string, mode = 0o755): Promise<boolean> {
  try {
    return (await mkdir(path, { recursive: true, mode })) !== undefined;
  } catch (error) {
    throw asFileError(error, `cannot make the folder ${path}`);
  }
}

/**
 * The content of a text file, or undefined when it is not there.
 * @throws FileError
 */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw asFileError(error, `cannot read ${path}`);
  }
}

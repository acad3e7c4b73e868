import { createWriteStream, type WriteStream } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../errors.js';
import { asFileError } from '../host/files.js';

/** The log of one update: a line for each step, with its time. */
export interface UpdateLog {
  readonly path: string;
  write(line: string): void;
  /** Writes what is left. @throws FileError when something could not be written */
  close(): Promise<void>;
}

const NAME = /^update-\d{8}-\d{6}\.log$/;
const DAY_MS = 86_400_000;

/** `update-YYYYmmdd-HHMMSS.log`, in the time of this host. */
export function updateLogName(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${String(at.getFullYear()).padStart(4, '0')}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  return `update-${day}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}.log`;
}

/**
 * Begins the log of an update that starts now. Two in the same second share one.
 * @throws FileError
 */
export async function openUpdateLog(folder: string, now: Date): Promise<UpdateLog> {
  const path = join(folder, updateLogName(now));
  const file = await open(path, 'a', 0o644).catch((error: unknown) => {
    throw asFileError(error, `cannot write the log ${path}`);
  });
  const stream: WriteStream = createWriteStream('', { fd: file });
  let failure: unknown;
  stream.on('error', (error) => {
    failure ??= error;
  });
  return {
    path,
    write: (line) => {
      if (failure === undefined) stream.write(`${new Date().toISOString()} ${line}\n`);
    },
    async close() {
      await new Promise<void>((resolve) => {
        if (stream.closed) resolve();
        else stream.once('close', () => resolve()).end();
      });
      if (failure !== undefined) throw asFileError(failure, `cannot write the log ${path}`);
    },
  };
}

/**
 * Removes logs of updates that were last written longer ago; every other file stays.
 * @returns how many
 * @throws FileError
 */
export async function removeOldLogs(folder: string, days: number, now: Date): Promise<number> {
  let removed = 0;
  try {
    for (const name of (await readdir(folder)).filter((each) => NAME.test(each))) {
      const path = join(folder, name);
      if (!(await isOlder(path, now.getTime() - days * DAY_MS))) continue;
      await rm(path, { force: true });
      removed += 1;
    }
  } catch (error) {
    throw asFileError(error, `cannot remove old logs in ${folder}`);
  }
  return removed;
}

async function isOlder(path: string, than: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < than;
  } catch (error) {
    // Somebody else was faster.
    if (isMissing(error)) return false;
    throw error;
  }
}

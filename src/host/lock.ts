import { randomBytes } from 'node:crypto';
import { link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, isMissing } from '../errors.js';
import { asFileError, ensureFolder, readTextIfThere } from './files.js';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';

/** A lock that this process holds. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes a lock that lives as long as its holder, kept as files `lock.N` in a folder. The highest N counts; it names its holder, or
 * nobody. Node has no flock(2), and a file that is removed by whoever finds it stale lets two in. Here nothing is taken away
 * from the top: whoever finds lock.N held by nobody alive links lock.N+1, which only one can do, and looks again whether somebody
 * has gone further meanwhile. Only then are the lower ones removed.
 * @returns undefined when another process holds it
 * @throws FileError when the folder cannot be written
 */
export async function tryLock(folder: string): Promise<Lock | undefined> {
  await ensureFolder(folder);
  const self = await identify(process.pid);
  if (self === undefined) throw new Error('this process does not find itself');
  try {
    return await claim(folder, self);
  } catch (error) {
    throw asFileError(error, `cannot lock ${folder}`);
  }
}

/** Whether a living process holds the lock in that folder. */
export async function isLocked(folder: string): Promise<boolean> {
  try {
    const top = await highest(folder);
    return top > 0 && (await abandonedText(folder, top)) === undefined;
  } catch (error) {
    throw asFileError(error, `cannot look at the lock in ${folder}`);
  }
}

/**
 * Who holds the lock in that folder; undefined: nobody alive does, or the folder is not there.
 * @throws FileError
 */
export async function lockHolder(folder: string): Promise<ProcessIdentity | undefined> {
  try {
    const top = await highest(folder);
    const text = (top > 0 ? await readTextIfThere(nameOf(folder, top)) : undefined) ?? '';
    if (text === '') return undefined;
    const holder = JSON.parse(text) as ProcessIdentity;
    return (await isRunning(holder)) ? holder : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw asFileError(error, `cannot look at the lock in ${folder}`);
  }
}

async function claim(folder: string, self: ProcessIdentity): Promise<Lock | undefined> {
  const top = await highest(folder);
  const abandoned = top > 0 ? await abandonedText(folder, top) : undefined;
  if (top > 0 && abandoned === undefined) return undefined;
  const mine = top + 1;
  if (!(await place(folder, mine, JSON.stringify(self), link))) return undefined;
  // Meanwhile the folder may have been removed and made anew, with a lock.N that somebody holds.
  const isTheSame = top === 0 || (await readTextIfThere(nameOf(folder, top))) === abandoned;
  if (!isTheSame || (await highest(folder)) !== mine) {
    await rm(nameOf(folder, mine), { force: true });
    return undefined;
  }
  await removeBelow(folder, mine);
  return {
    async release() {
      await place(folder, mine, '', rename);
    },
  };
}

/** Puts a file under its final name in one step. False when the name is taken (link only). */
async function place(folder: string, n: number, content: string, move: typeof link): Promise<boolean> {
  const temporary = join(folder, `.lock-${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(temporary, content, { flag: 'wx', mode: 0o644 });
    await move(temporary, nameOf(folder, n));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** What stands in a lock.N that no living process holds; undefined: one does. One that has gone meanwhile was passed by a higher one: held. */
async function abandonedText(folder: string, n: number): Promise<string | undefined> {
  const text = await readTextIfThere(nameOf(folder, n));
  if (text === undefined || text === '') return text;
  try {
    return (await isRunning(JSON.parse(text) as ProcessIdentity)) ? undefined : text;
  } catch (error) {
    // A power cut can leave a file without its content: nobody holds it.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

async function numbers(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => {
    const match = /^lock\.(\d+)$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
}

async function highest(folder: string): Promise<number> {
  return Math.max(0, ...(await numbers(folder)));
}

async function removeBelow(folder: string, n: number): Promise<void> {
  for (const lower of (await numbers(folder)).filter((number) => number < n)) {
    await rm(nameOf(folder, lower), { force: true });
  }
}

function nameOf(folder: string, n: number): string {
  return join(folder, `lock.${n}`);
}

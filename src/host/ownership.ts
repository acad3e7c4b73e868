import { chown, lchown, lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, MirrorError } from '../errors.js';
import { run } from './exec.js';
import { asFileError } from './files.js';

/** A user or group that files were to be given to is not there. */
export class OwnerError extends MirrorError {
  readonly code = 'OWNER_UNKNOWN';
}

/**
 * Gives a file or folder to a user and group, by name.
 * @throws OwnerError, FileError
 */
export async function giveTo(path: string, user: string, group: string): Promise<void> {
  const [uid, gid] = await Promise.all([idOf('passwd', user), idOf('group', group)]);
  try {
    await chown(path, uid, gid);
  } catch (error) {
    throw asFileError(error, `cannot give ${path} to ${user}:${group}`);
  }
}

/**
 * Gives a folder to a user and group, with all that is in it; links themselves, and not what they lead to. The folder itself comes last,
 * so that whether it is theirs tells whether everything is.
 * @throws OwnerError, FileError
 */
export async function giveAll(path: string, user: string, group: string): Promise<void> {
  const [uid, gid] = await Promise.all([idOf('passwd', user), idOf('group', group)]);
  try {
    const stats = await lstat(path);
    if (stats.uid === uid && stats.gid === gid) return;
    await giveBelow(path, uid, gid);
  } catch (error) {
    if (isMissing(error)) return;
    throw asFileError(error, `cannot give ${path} to ${user}:${group}`);
  }
}

async function giveBelow(path: string, uid: number, gid: number): Promise<void> {
  for await (const entry of await opendir(path)) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await giveBelow(inner, uid, gid);
    else await lchown(inner, uid, gid);
  }
  await lchown(path, uid, gid);
}

/** Whether a folder is that user's; undefined when it is not there. @throws FileError */
export async function isTheirs(path: string, user: string): Promise<boolean | undefined> {
  try {
    const { uid } = await lstat(path);
    return uid === (await idOf('passwd', user));
  } catch (error) {
    if (error instanceof OwnerError) return false;
    if (isMissing(error)) return undefined;
    throw asFileError(error, `cannot look at ${path}`);
  }
}

/** The number of a user or group: the third field of both tables. */
async function idOf(table: 'passwd' | 'group', name: string): Promise<number> {
  const { exitCode, stdout } = await run('getent', [table, name], { accept: [2] });
  const id = Number(stdout.split(':')[2]);
  if (exitCode === 0 && Number.isInteger(id)) return id;
  throw new OwnerError(`there is no ${table === 'passwd' ? 'user' : 'group'} ${name} on this host`);
}

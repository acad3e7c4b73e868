import { chown } from 'node:fs/promises';
import { MirrorError } from '../errors.js';
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

/** The number of a user or group: the third field of both tables. */
async function idOf(table: 'passwd' | 'group', name: string): Promise<number> {
  const { exitCode, stdout } = await run('getent', [table, name], { accept: [2] });
  const id = Number(stdout.split(':')[2]);
  if (exitCode === 0 && Number.isInteger(id)) return id;
  throw new OwnerError(`there is no ${table === 'passwd' ? 'user' : 'group'} ${name} on this host`);
}

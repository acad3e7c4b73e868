import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './exec.js';

/** Where administrators' programs are, besides the folders of PATH. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/** The path of `exportfs`, which comes with the NFS server; undefined: it is not installed. */
export async function findExportfs(path: string | undefined): Promise<string | undefined> {
  for (const folder of [...(path ?? '').split(delimiter), ...SYSTEM_FOLDERS]) {
    if (folder !== '' && (await isExecutable(join(folder, 'exportfs')))) return join(folder, 'exportfs');
  }
  return undefined;
}

/**
 * Has the NFS server read its exports again (exportfs(8)). Where none is installed there is nothing to be told.
 * @throws CommandError
 */
export async function reloadExports(): Promise<void> {
  const exportfs = await findExportfs(process.env['PATH']);
  if (exportfs !== undefined) await run(exportfs, ['-ra']);
}

/**
 * What the NFS server shares now, one line for each folder and client, as exportfs(8) prints it; undefined when it cannot be asked.
 * @throws CommandError
 */
export async function exportsInForce(): Promise<readonly string[] | undefined> {
  const exportfs = await findExportfs(process.env['PATH']);
  if (exportfs === undefined) return undefined;
  return (await run(exportfs, ['-s'])).stdout.split('\n').filter((line) => line !== '');
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../../errors.js';
import { checksum, readHostRecord } from '../../render/host/record.js';
import type { Layout } from '../../render/layout.js';
import type { OwnerFacts } from '../../upkeep/doctor/files.js';
import type { CliContext } from '../command.js';
import { installedFolder } from '../installed-state.js';

/** The files that were installed and are not as they were written. */
export async function changedFiles(
  context: Pick<CliContext, 'env' | 'uid' | 'home'>,
): Promise<{ readonly edited: readonly string[]; readonly missing: readonly string[] }> {
  const folder = installedFolder(context);
  const names = await readdir(folder).catch(() => []);
  const [edited, missing]: [string[], string[]] = [[], []];
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const { entries } = await readHostRecord(join(folder, name));
    for (const entry of entries) {
      if (entry.kind !== 'file' || entry.whose !== 'ours') continue;
      const bytes = await readIfThere(entry.path);
      if (bytes === undefined) missing.push(entry.path);
      else if (!entry.sums.includes(checksum(bytes))) edited.push(entry.path);
    }
  }
  return { edited, missing };
}

/**
 * Who owns the folders that the mirror writes, and whom it runs as.
 * @param pid the mirror's process; null when it does not run: then whoever asks would start it
 */
export async function folderOwners(
  { registry, images, logs, run }: Layout,
  pid: number | null,
  uid: number | undefined,
): Promise<OwnerFacts[]> {
  const user = pid === null ? uid : ((await ownerOf(`/proc/${pid}`)) ?? uid);
  if (user === undefined) return [];
  const found = await Promise.all(
    [registry, images, logs, run].map(async (folder) => ({ folder, owner: await ownerOf(folder) })),
  );
  return found.flatMap(({ folder, owner }) => (owner === undefined ? [] : [{ folder, owner, user }]));
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).uid;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

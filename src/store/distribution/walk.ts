import { isFolderName, REPOSITORIES } from '../layout.js';
import type { Disk } from './disk.js';

/** A folder below `repositories/`, with the names of the special folders in it (`_layers`, `_uploads`…). */
export interface RepositoryFolder {
  readonly name: string;
  readonly special: ReadonlySet<string>;
}

interface Level {
  /** Of the names: empty, or ending with a slash. */
  readonly prefix: string;
  readonly names: readonly string[];
  next: number;
  /** What is left of `last` at this level. */
  readonly after: readonly string[] | undefined;
}

/**
 * All folders below `repositories/`, in lexical order of their path components, those after `last` when given. One
 * folder's names are in memory for each level; what lies before `last` is not looked at.
 */
export async function* walkRepositoryFolders(disk: Disk, last?: string): AsyncGenerator<RepositoryFolder> {
  const levels = [await readLevel(disk, '', last?.split('/'))];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const found = level.names[level.next];
    level.next += 1;
    if (found === undefined) {
      levels.pop();
      continue;
    }
    const name = level.prefix + found;
    const after = found === level.after?.[0] ? level.after.slice(1) : undefined;
    const below = await readLevel(disk, `${name}/`, after);
    if (after === undefined) yield { name, special: below.special };
    levels.push(below);
  }
}

async function readLevel(
  disk: Disk,
  prefix: string,
  after: readonly string[] | undefined,
): Promise<Level & { special: Set<string> }> {
  const special = new Set<string>();
  const names: string[] = [];
  for (const entry of (await disk.list(`${REPOSITORIES}/${prefix}`)) ?? []) {
    if (!entry.isDirectory()) continue;
    if (entry.name.startsWith('_')) special.add(entry.name);
    else if (isFolderName(entry.name) && entry.name >= (after?.[0] ?? '')) names.push(entry.name);
  }
  return { prefix, names: names.sort(), special, next: 0, after };
}

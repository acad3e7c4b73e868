import { lstat, readFile, readlink } from 'node:fs/promises';
import { isMissing } from '../../errors.js';
import { linkTarget } from '../../host/file-copy.js';
import { asFileError } from '../../host/files.js';
import { type Found, factsFrom, type HostFacts } from './found.js';
import { withParents } from './parents.js';
import type { HostRecord } from './record.js';
import { isWholeTree } from './tree.js';
import type { Wanted } from './wanted.js';

/**
 * Looks at what a plan is about: what is wanted, and what was done earlier.
 * @throws FileError
 */
export async function observe(listed: readonly Wanted[], record: HostRecord): Promise<HostFacts> {
  const wanted = withParents(listed);
  const followed = [...wanted, ...record.entries].flatMap((item) =>
    (item.kind === 'file' && item.whose === 'theirs') || item.kind === 'folder' ? [item.path] : [],
  );
  const plain = [...wanted, ...record.entries].flatMap((item) => ('path' in item ? [item.path] : []));
  const links = new Map<string, string>();
  for (const path of new Set(followed)) {
    const real = await linkTarget(path);
    if (real !== path) links.set(path, real);
  }
  const found = new Map<string, Found>();
  for (const path of new Set([...plain, ...links.values()])) found.set(path, await look(path));
  for (const item of wanted) {
    if (item.kind === 'tree' && found.get(item.path)?.kind === 'folder') {
      found.set(item.path, { kind: 'folder', isWhole: await isWholeTree(item) });
    }
  }
  return factsFrom(found, links);
}

/** What is at a path, without following a link there. */
export async function look(path: string): Promise<Found> {
  try {
    const stats = await lstat(path);
    if (stats.isFile()) return { kind: 'file', bytes: await readFile(path), mode: stats.mode & 0o7777 };
    if (stats.isDirectory()) return { kind: 'folder' };
    if (stats.isSymbolicLink()) return { kind: 'link', target: await readlink(path) };
    return { kind: 'other' };
  } catch (error) {
    if (isMissing(error)) return { kind: 'absent' };
    throw asFileError(error, `cannot look at ${path}`);
  }
}

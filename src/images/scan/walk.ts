import { type Dirent, opendirSync, statSync } from 'node:fs';

import { posix, resolve } from 'node:path';
import { errorCode } from '../../errors.js';

/** Folders with what others wrote, or what is there for tests only. Those that are named themselves are looked into all the same. */
const IGNORED: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  '.terraform',
  '.tox',
  '.venv',
  '.cache',
  '__pycache__',
  '__tests__',
  'bower_components',
  'fixtures',
  'molecule',
  'node_modules',
  'site-packages',
  'test',
  'testdata',
  'tests',
  'third_party',
  'vendor',
  'venv',
]);

/** Names of one folder that are read at once. */
const BATCH = 256;

export interface WalkOptions {
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** Look into folders of others and of tests as well. */
  readonly includeAll: boolean;
  readonly signal: AbortSignal;
  /** Told of what cannot be read. */
  readonly onUnreadable: (path: string, why: string) => void;
}

/**
 * Every file below the paths, as they are given with `/` between their parts. Links to files are followed, and links to
 * folders are not: so there are no circles, and nothing is left that was not named. Sockets, devices and the like are left out.
 * Only names of folders that are still to be read are kept. The calls do not let others work meanwhile: for many small files that is
 * several times faster.
 */
export function* walk(paths: readonly string[], options: WalkOptions): Generator<string> {
  for (const given of paths) {
    const path = posix.normalize(given).replace(/(?<=.)\/$/, '');
    const kind = kindOf(path, options);
    if (kind === 'file') yield path;
    else if (kind === 'folder') yield* below(path, options);
  }
}

function* below(start: string, options: WalkOptions): Generator<string> {
  const waiting = [start];
  for (let folder = waiting.pop(); folder !== undefined && !options.signal.aborted; folder = waiting.pop()) {
    for (const entry of entriesOf(folder, options)) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (options.includeAll || !IGNORED.has(entry.name)) waiting.push(path);
      } else if (entry.isFile() || (entry.isSymbolicLink() && linksToFile(path, options))) yield path;
    }
  }
}

/** The entries of a folder, as far as they can be read. */
function* entriesOf(folder: string, { cwd, onUnreadable, signal }: WalkOptions): Generator<Dirent> {
  try {
    const opened = opendirSync(resolve(cwd, folder), { bufferSize: BATCH });
    try {
      for (let entry = opened.readSync(); entry !== null && !signal.aborted; entry = opened.readSync())
        yield entry;
    } finally {
      opened.closeSync();
    }
  } catch (error) {
    onUnreadable(folder, wordsFor(error));
  }
}

/** One that leads nowhere, or to itself, names nothing. */
function linksToFile(path: string, { cwd }: WalkOptions): boolean {
  try {
    return statSync(resolve(cwd, path)).isFile();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}

/** What a path that was named is; one that is neither file nor folder cannot be read. */
function kindOf(path: string, options: WalkOptions): 'file' | 'folder' | undefined {
  try {
    const found = statSync(resolve(options.cwd, path));
    if (found.isFile()) return 'file';
    if (found.isDirectory()) return 'folder';
    options.onUnreadable(path, 'it is neither a file nor a folder');
  } catch (error) {
    options.onUnreadable(path, wordsFor(error));
  }
  return undefined;
}

/**
 * A system's error in words.
 * @throws the error itself when it is none of the system's
 */
export function wordsFor(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) throw error;
  if (code === 'ENOENT') return 'it is not there';
  return code === 'EACCES' || code === 'EPERM' ? 'it may not be read' : `it cannot be read (${code})`;
}

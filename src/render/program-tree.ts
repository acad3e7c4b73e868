import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isMissing, MirrorError } from '../errors.js';
import { asFileError } from '../host/files.js';
import type { TreeFile } from './host/wanted.js';
import { productionPackages } from './production-packages.js';

/** The program is not complete, so that it cannot be installed. */
export class ProgramError extends MirrorError {
  readonly code = 'PROGRAM_INCOMPLETE';
}

/** This program as it is to be installed. */
export interface ProgramTree {
  /** Made of its content: another content has another one. */
  readonly id: string;
  readonly files: readonly TreeFile[];
}

/** What every installation has. */
const PARTS = ['dist/bundle', 'templates', 'units', 'Kconfig', 'kconfig', 'defconfigs', 'scripts'];
const FILES = ['package.json', 'package-lock.json', 'LICENSE'];

/** Scripts for who develops docker-mirror. */
const DEVELOPMENT =
  /^scripts\/(?:bench|bundle\.mjs|code-cache\.mjs|conformance|install-dependencies|run-tests|test-dependencies|with-node)$/;

/** What no program reads at run time. */
const UNREAD = /\.(?:d\.[cm]?ts|map|tsbuildinfo)$/;

/**
 * The files of this program that an installation needs: what was built, templates, Kconfig files, scripts, and of `node_modules` what is
 * needed to run. Nothing is fetched.
 * @param root the folder of the program: a clone, or an installed one
 * @param made texts that are made for the installation, by their paths in it
 * @throws ProgramError, LockFileError, FileError
 */
export async function programTree(root: string, made: ReadonlyMap<string, string>): Promise<ProgramTree> {
  try {
    const own = [...FILES, ...(await listAll(root, PARTS))].filter(
      (path) => !DEVELOPMENT.test(path) && !made.has(path),
    );
    const packages = await packageFiles(root);
    const hash = createHash('sha256');
    const files: TreeFile[] = [];
    for (const [path, text] of made) {
      files.push({ path, mode: 0o644, content: { text } });
      hash.update(`${path}\0${text}\0`);
    }
    for (const path of own.sort()) {
      const copyOf = join(root, path);
      const mode = await modeOf(copyOf);
      files.push({ path, mode, content: { copyOf } });
      hash.update(`${path}\0${mode}\0`);
      // V8's cache of the same program comes out differently every time.
      if (!path.endsWith('.cache')) hash.update(await readFile(copyOf));
    }
    for (const path of packages.sort()) {
      const copyOf = join(root, path);
      // What is in them, package-lock.json says, which is hashed above.
      files.push({ path, mode: await modeOf(copyOf), content: { copyOf } });
      hash.update(`${path}\0`);
    }
    return { id: hash.digest('hex').slice(0, 12), files };
  } catch (error) {
    if (isMissing(error)) throw incomplete(error, root);
    throw asFileError(error, `cannot read the program in ${root}`);
  }
}

function incomplete(cause: unknown, root: string): ProgramError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new ProgramError(`the program in ${root} is not complete: ${text}`, {
    hint: `run "make build" in ${root}`,
    cause,
  });
}

async function packageFiles(root: string): Promise<string[]> {
  const lock = await readFile(join(root, 'package-lock.json'), 'utf8');
  const found: string[] = [];
  for (const { folder, isOptional } of productionPackages(lock)) {
    try {
      const files = await listAll(root, [folder]);
      found.push(...files.filter((path) => !isNested(path, folder) && !UNREAD.test(path)));
    } catch (error) {
      if (!isMissing(error) || !isOptional) throw error;
    }
  }
  return found;
}

/** A package inside this one: it has an entry of its own. */
function isNested(path: string, folder: string): boolean {
  return path.slice(folder.length).startsWith('/node_modules/');
}

/** The regular files at or below some paths, relative to `root`. Links are left out: they lead elsewhere. */
async function listAll(root: string, paths: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    paths.map(async (path) => {
      const at = join(root, path);
      if ((await lstat(at)).isFile()) return [path];
      const entries = await readdir(at, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)));
    }),
  );
  return lists.flat();
}

async function modeOf(path: string): Promise<number> {
  return ((await lstat(path)).mode & 0o111) === 0 ? 0o644 : 0o755;
}

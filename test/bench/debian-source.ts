import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SUITE = 'bookworm';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const SOURCE = `deb-src [signed-by=${KEYRING}] http://deb.debian.org/debian ${SUITE} main\n`;
const TIME_LIMIT_MS = 300_000;

/** A source tree, or why there is none. */
export type SourceTree = { readonly folder: string } | { readonly folder: undefined; readonly why: string };

/**
 * The original source of a package of Debian, as `apt-get source` fetches and checks it. It stays in a folder for the next run.
 * apt's own settings and lists are left alone: it gets its own below that folder.
 */
export function debianSource(name: string, kept: string): SourceTree {
  const folder = resolve(kept);
  const tree = join(folder, `${SUITE}-${name}`);
  const found = () => ({ folder: tree });
  if (existsSync(tree)) return found();
  const work = join(folder, `apt-${process.pid}`);
  try {
    const why = fetchInto(work, name) ?? unpack(work, join(work, 'tree'));
    if (why !== undefined) return { folder: undefined, why };
    renameSync(join(work, 'tree'), tree);
    return found();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Why it did not work. */
function fetchInto(work: string, name: string): string | undefined {
  mkdirSync(join(work, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(work, 'archives', 'partial'), { recursive: true });
  writeFileSync(join(work, 'sources.list'), SOURCE);
  const options = [
    `Dir::Etc::sourcelist=${join(work, 'sources.list')}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(work, 'lists')}`,
    `Dir::Cache=${work}`,
    // The user that apt-get becomes when root starts it may not write where these files go.
    'APT::Sandbox::User=root',
    'Acquire::Retries=1',
  ].flatMap((option) => ['-o', option]);
  return (
    tell('apt-get', [...options, 'update'], work) ??
    tell('apt-get', [...options, '--download-only', 'source', name], work)
  );
}

/** The upstream's archive only: Debian's changes name no images. */
function unpack(work: string, folder: string): string | undefined {
  const archive = readdirSync(work).find((file) => /\.orig\.tar\.\w+$/.test(file));
  if (archive === undefined) return 'it has no archive of the original source';
  mkdirSync(folder);
  return tell('tar', ['-xf', join(work, archive), '-C', folder, '--strip-components=1'], work);
}

function tell(program: string, args: readonly string[], cwd: string): string | undefined {
  const { status, error, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
  });
  if (status === 0) return undefined;
  const last = stderr?.trim().split('\n').at(-1) ?? '';
  return `${program} ${error?.message ?? `ended with ${status}`}${last === '' ? '' : `: ${last}`}`;
}

import { type FileHandle, open, stat } from 'node:fs/promises';
import { errorCode, MirrorError } from '../errors.js';

/** A file of users and passwords that cannot be used. The message names file and lines, never a hash. */
export class HtpasswdError extends MirrorError {
  readonly code = 'HTPASSWD_INVALID';
}

/** User names and their bcrypt hashes. */
export type Users = ReadonlyMap<string, string>;

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** Above this one guess costs this machine several seconds, and a login times out. */
const HIGHEST_COST = 15;
const LARGEST_FILE = 10 * 1024 * 1024;

/**
 * Reads an htpasswd file's text: `USER:HASH` lines, bcrypt only as in Distribution, blank lines and lines that start
 * with `#` skipped. A user named twice has the password of the last line, as there.
 * @throws HtpasswdError naming every line that is wrong
 */
export function parseHtpasswd(text: string, path: string): Users {
  const users = new Map<string, string>();
  const problems: string[] = [];
  text.split('\n').forEach((line, index) => {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) return;
    const colon = entry.indexOf(':');
    const hash = entry.slice(colon + 1);
    const problem = colon < 1 ? 'expected USER:HASH' : hashProblem(hash);
    if (problem === undefined) users.set(entry.slice(0, colon), hash);
    else problems.push(`${path}:${index + 1}: ${problem}`);
  });
  if (problems.length === 0) return users;
  throw new HtpasswdError(problems.join('\n'), { hint: `make the line with: htpasswd -B ${path} USER` });
}

function hashProblem(hash: string): string | undefined {
  const cost = BCRYPT.exec(hash)?.[1];
  if (cost === undefined) return `expected a bcrypt hash ($2a$, $2b$ or $2y$); found ${hashKind(hash)}`;
  if (Number(cost) >= 4 && Number(cost) <= HIGHEST_COST) return undefined;
  return `expected a bcrypt cost from 4 to ${HIGHEST_COST}; found ${Number(cost)}`;
}

function hashKind(hash: string): string {
  if (hash === '') return 'nothing';
  if (/^\$2[abxy]?\$/.test(hash)) return 'one that is cut off or damaged';
  if (hash.startsWith('$apr1$')) return "Apache's MD5 ($apr1$)";
  if (hash.startsWith('{SHA}')) return 'SHA-1 ({SHA})';
  if (/^\$[156]\$/.test(hash)) return 'a crypt hash of another kind ($1$, $5$ or $6$)';
  return hash.length === 13 ? 'something else, perhaps a DES crypt hash' : 'something else';
}

/** A file of users that is read again when it has changed. */
export interface HtpasswdFile {
  /** The users as of now: the file's state is looked at again at most once in `recheck` milliseconds. */
  current(): Promise<Users>;
}

export interface HtpasswdFileOptions {
  /** Milliseconds between two looks at the file; 1,000 when absent. */
  readonly recheck?: number;
  /** Told about a file that has become missing or wrong; the users of the last good one stay. Told once for each change. */
  readonly onProblem: (error: Error) => void;
}

/**
 * Reads the file and keeps an eye on it.
 * @throws HtpasswdError when it cannot be read or used the first time
 */
export async function openHtpasswdFile(path: string, options: HtpasswdFileOptions): Promise<HtpasswdFile> {
  const recheck = options.recheck ?? 1000;
  let { users, stamp } = await readUsers(path);
  let looked = performance.now();
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const now = await stampOf(path);
    if (now === stamp) return;
    stamp = now;
    try {
      ({ users, stamp } = await readUsers(path));
    } catch (error) {
      options.onProblem(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async function lookOnce(): Promise<void> {
    looking ??= look().finally(() => {
      looked = performance.now();
      looking = undefined;
    });
    await looking;
  }

  return {
    async current() {
      if (performance.now() - looked >= recheck) await lookOnce();
      return users;
    },
  };
}

async function readUsers(path: string): Promise<{ users: Users; stamp: string }> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const facts = await file.stat();
    if (facts.isDirectory()) throw new HtpasswdError(`${path} is a folder; expected a file`);
    if (facts.size > LARGEST_FILE) throw new HtpasswdError(`${path} is larger than 10 MiB`);
    return { users: parseHtpasswd(await file.readFile('utf8'), path), stamp: formatStamp(facts) };
  } catch (error) {
    if (error instanceof HtpasswdError) throw error;
    throw new HtpasswdError(`${path} cannot be read (${errorCode(error)})`, {
      cause: error,
      hint: `make it with: htpasswd -B -c ${path} USER`,
    });
  } finally {
    await file?.close();
  }
}

async function stampOf(path: string): Promise<string> {
  try {
    return formatStamp(await stat(path));
  } catch (error) {
    return errorCode(error) ?? 'unreadable';
  }
}

function formatStamp(facts: { ino: number; size: number; mtimeMs: number; ctimeMs: number }): string {
  return [facts.ino, facts.size, facts.mtimeMs, facts.ctimeMs].join(':');
}

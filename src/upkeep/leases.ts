import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, MirrorError } from '../errors.js';
import { withFileLock } from '../host/file-lock.js';
import { asFileError, ensureFolder, readTextIfThere, writeFileAtomic } from '../host/files.js';

/** What somebody says who needs the mirror, such as a virtual machine. One file each, so that no two of them get in each other's way. */
export interface Lease {
  readonly version: 1;
  readonly name: string;
  /** Since when it is held without a break, ISO 8601. */
  readonly since: string;
  /** When the last word about it was spoken, ISO 8601. What was said earlier and arrives later does not count. */
  readonly said: string;
  /** When it runs out, or ended, ISO 8601. */
  readonly expires: string;
}

/** A name that no lease can have. */
export class LeaseNameError extends MirrorError {
  readonly code = 'LEASE_NAME_INVALID';
}

/** Bytes that the name of a file may have before its ending; file systems take 255, and temporary names are longer. */
const LONGEST = 200;
const DAY_MS = 86_400_000;

/**
 * Takes a lease, or renews it.
 * @param ttl milliseconds after which it runs out unless it is renewed
 * @param said when the holder said so; now when absent
 * @throws LeaseNameError, FileError
 */
export async function addLease(folder: string, name: string, ttl: number, said = new Date()): Promise<Lease> {
  const expires = new Date(Math.max(Date.now(), said.getTime()) + ttl);
  const lease = await say(folder, name, said, expires);
  await forgetOld(folder);
  return lease;
}

/**
 * Gives a lease back. What is left is a lease that has run out, so that it is known when it ended.
 * @param said when the holder said so; now when absent
 * @returns whether it was held
 * @throws LeaseNameError, FileError
 */
export async function releaseLease(folder: string, name: string, said?: Date): Promise<boolean> {
  const before = await readLease(fileOf(folder, name));
  if (before === undefined && said === undefined) return false;
  const at = said ?? new Date();
  const after = await say(folder, name, at, at);
  return isHeld(before, new Date()) && !isHeld(after, new Date());
}

/**
 * Every lease that is known, also those that have run out lately, in the order of their names. What is no lease is left out.
 * @throws FileError
 */
export async function readLeases(folder: string): Promise<readonly Lease[]> {
  const leases = await Promise.all((await files(folder)).map(readLease));
  return leases
    .filter((lease) => lease !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

/** Whether a lease is held at a moment. */
export function isHeld(lease: Lease | undefined, at: Date): boolean {
  return lease !== undefined && Date.parse(lease.expires) > at.getTime();
}

/**
 * Since when nobody has needed the mirror: when the last lease ended. Undefined while one is held, and when none ended after `from`: a
 * mirror that somebody starts by hand is theirs until there is a lease.
 */
export function unusedSince(leases: readonly Lease[], from: Date, now: Date): Date | undefined {
  if (leases.some((lease) => isHeld(lease, now))) return undefined;
  const last = Math.max(...leases.map(({ expires }) => Date.parse(expires)));
  return last > from.getTime() ? new Date(last) : undefined;
}

async function say(folder: string, name: string, said: Date, expires: Date): Promise<Lease> {
  const file = fileOf(folder, name);
  await ensureFolder(folder);
  return await withFileLock(file, async () => {
    const before = await readLease(file);
    if (before !== undefined && Date.parse(before.said) > said.getTime()) return before;
    const since = before !== undefined && isHeld(before, said) ? before.since : said.toISOString();
    const lease: Lease = {
      version: 1,
      name,
      since,
      said: said.toISOString(),
      expires: expires.toISOString(),
    };
    await writeFileAtomic(file, `${JSON.stringify(lease)}\n`);
    return lease;
  });
}

/** Those that ended long ago have nothing to tell any more. */
async function forgetOld(folder: string): Promise<void> {
  const before = new Date(Date.now() - DAY_MS);
  for (const lease of await readLeases(folder)) {
    if (isHeld(lease, before)) continue;
    await withFileLock(fileOf(folder, lease.name), async () => {
      const file = fileOf(folder, lease.name);
      if (!isHeld(await readLease(file), before)) await rm(file, { force: true });
    });
  }
}

/** Any name of a virtual machine can be that of a file this way. */
function fileOf(folder: string, name: string): string {
  const encoded = isName(name) ? encodeURIComponent(name) : '';
  if (encoded === '' || encoded.length > LONGEST) {
    throw new LeaseNameError(`${JSON.stringify(name.slice(0, 80))} cannot be the name of a lease`, {
      hint: 'a name is one line of at most 200 characters that does not begin with a hyphen',
    });
  }
  return join(folder, `${encoded}.json`);
}

/** Without control characters and lone surrogates (Unicode categories Cc, Cs), and without what ends a line (Zl, Zp). */
function isName(text: string): boolean {
  return text.trim() !== '' && !text.startsWith('-') && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);
}

async function files(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    return names.map((name) => join(folder, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw asFileError(error, `cannot read ${folder}`);
  }
}

/** What somebody else put there is no lease: it holds nothing, and the next one of that name replaces it. */
async function readLease(file: string): Promise<Lease | undefined> {
  const text = await readTextIfThere(file);
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isLease(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isLease(value: unknown): value is Lease {
  if (typeof value !== 'object' || value === null) return false;
  const { version, name, since, said, expires } = value as Partial<Lease>;
  return version === 1 && typeof name === 'string' && [since, said, expires].every(isTime);
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

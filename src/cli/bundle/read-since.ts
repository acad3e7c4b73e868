import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { asFileError } from '../../host/files.js';
import { type Base, baseOf, NO_BASE } from '../../images/bundle/base.js';
import { LIST_LIMIT } from '../../images/bundle/list.js';
import { openBundle } from '../../images/bundle/read-bundle.js';
import { readList } from '../../images/bundle/read-list.js';
import { Tape } from '../../images/bundle/tape.js';
import { listDigest } from '../../images/bundle/write-list.js';
import { UsageError } from '../errors.js';
import { openBundleFile } from './open-bundle-file.js';

/** Milliseconds. */
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * What `--since` says: a date, a time before now, a bundle or a list.
 * @throws UsageError, FileError, ArchiveError
 */
export async function readSince(
  text: string | undefined,
  cwd: string,
  now: number,
  signal: AbortSignal,
): Promise<Base> {
  if (text === undefined) return NO_BASE;
  if (text === '') throw new UsageError('--since needs a bundle, its list, a date or a time');
  const date = dateOf(text, now);
  if (date !== undefined) return { ...NO_BASE, since: date };
  const path = resolve(cwd, text);
  return (await isDocument(path, text)) ? await fromList(path) : await fromBundle(path, text, signal);
}

/** Milliseconds since 1970; undefined when it is no date and no time. */
export function dateOf(text: string, now: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return undefined;
  const date = Date.parse(text);
  if (Number.isNaN(date)) throw new UsageError(`--since ${text}: there is no such date`);
  return date;
}

async function isDocument(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const first = Buffer.alloc(1);
      await file.read(first, 0, 1, 0);
      return first[0] === 0x7b;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asFileError(error, `--since ${text} is no date, and cannot be read`);
  }
}

async function fromList(path: string): Promise<Base> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > LIST_LIMIT) throw new UsageError(`--since ${path} is too large for a list`);
    const bytes = await file.readFile();
    return baseOf(readList(bytes), listDigest(bytes));
  } finally {
    await file.close();
  }
}

async function fromBundle(path: string, name: string, signal: AbortSignal): Promise<Base> {
  const source = await openBundleFile(path, name, [], async () => false);
  try {
    const tape = new Tape(source, signal);
    const { list, listDigest: digest } = await openBundle(tape);
    await tape.close();
    return baseOf(list, digest);
  } finally {
    await source.close();
  }
}

import { createHash } from 'node:crypto';
import * as z from 'zod';
import { MirrorError } from '../../errors.js';
import { readTextIfThere, writeFileAtomic } from '../../host/files.js';
import type { Action } from './wanted.js';

/** What was there before a file was written. */
export type Before =
  | { readonly kind: 'absent' }
  /** It is kept in `backup`. `exact`: nobody else changed the file since, so that putting the backup back is the undo. */
  | { readonly kind: 'kept'; readonly backup: string; readonly exact: boolean };

/** One thing that was brought about. */
export type Entry =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'file';
      readonly whose: 'ours' | 'theirs';
      readonly path: string;
      /** Checksums of the contents that are as we wrote them: two while one replaces the other. */
      readonly sums: readonly string[];
      readonly before: Before;
    }
  | { readonly kind: 'link'; readonly path: string; readonly targets: readonly string[] }
  | { readonly kind: 'tree'; readonly path: string }
  | { readonly kind: 'undo'; readonly action: Action };

/** What was done to the host for one part, such as `service` or `nfs`, in the order it was done. */
export interface HostRecord {
  readonly entries: readonly Entry[];
  /** What was planned and not done yet when this was written: the next time it is. */
  readonly pending: readonly Action[];
}

/** The record of what was installed cannot be understood, so that nothing can be undone. */
export class HostRecordError extends MirrorError {
  readonly code = 'RECORD_DAMAGED';
}

export const EMPTY_RECORD: HostRecord = { entries: [], pending: [] };

/** Written by this program only, so that its actions are taken as they are. */
const action = z.custom<Action>((value) => typeof value === 'object' && value !== null && 'kind' in value);
const schema = z.object({
  version: z.literal(1),
  entries: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('folder'), path: z.string() }),
      z.object({
        kind: z.literal('file'),
        whose: z.enum(['ours', 'theirs']),
        path: z.string(),
        sums: z.array(z.string()),
        before: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('absent') }),
          z.object({ kind: z.literal('kept'), backup: z.string(), exact: z.boolean() }),
        ]),
      }),
      z.object({ kind: z.literal('link'), path: z.string(), targets: z.array(z.string()) }),
      z.object({ kind: z.literal('tree'), path: z.string() }),
      z.object({ kind: z.literal('undo'), action }),
    ]),
  ),
  pending: z.array(action),
});

/**
 * Reads a record; an empty one when there is none.
 * @throws FileError, HostRecordError
 */
export async function readHostRecord(path: string): Promise<HostRecord> {
  const text = await readTextIfThere(path);
  if (text === undefined) return EMPTY_RECORD;
  try {
    const { entries, pending } = schema.parse(JSON.parse(text));
    return { entries, pending };
  } catch (error) {
    throw new HostRecordError(`${path} is damaged`, {
      hint: 'it tells what was installed: take it from a backup, or move it away and apply again with --force',
      cause: error,
    });
  }
}

/** @throws FileError */
export async function writeHostRecord(path: string, { entries, pending }: HostRecord): Promise<void> {
  const text = JSON.stringify({ version: 1, entries, pending }, undefined, 2);
  await writeFileAtomic(path, `${text}\n`, { mode: 0o600 });
}

/** What two entries have in common that are about the same thing. */
export function keyOf(entry: Entry): string {
  return entry.kind === 'undo' ? actionKey(entry.action) : entry.path;
}

export function actionKey(what: Action): string {
  return JSON.stringify(what, Object.keys(what).sort());
}

/** The record with an entry, which takes the place of one about the same thing. */
export function withEntry(record: HostRecord, entry: Entry): HostRecord {
  const key = keyOf(entry);
  const at = record.entries.findIndex((other) => keyOf(other) === key);
  const entries = at < 0 ? [...record.entries, entry] : record.entries.with(at, entry);
  return { ...record, entries };
}

export function withoutEntry(record: HostRecord, key: string): HostRecord {
  return { ...record, entries: record.entries.filter((entry) => keyOf(entry) !== key) };
}

export function checksum(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

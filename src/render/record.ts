import { createHash } from 'node:crypto';
import { readTextIfThere, writeFileAtomic } from '../host/files.js';

const VERSION = 2;

/** A port that was asked for when the mirror was started. It stays in force while the settings say what they said then. */
export interface KeptPort {
  readonly port: number;
  /** What the settings said. */
  readonly over: number;
}

/** What was generated in a mirror's folder: how files that somebody wrote are told from it. */
export interface MadeRecord {
  /** Checksums of a file's contents that are ours, by path: of a file that is about to be replaced two. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  readonly port: KeptPort | undefined;
  /** Of a version before there were settings: ports were only written into config.yml then. */
  readonly isBeforeSettings: boolean;
}

/** In which way a configuration file that is there relates to what would be rendered now. */
export type Standing =
  /** There is none. */
  | 'missing'
  /** It is the same, whoever wrote it. */
  | 'equal'
  /** It was rendered, nobody touched it, and now something else would be rendered. */
  | 'outdated'
  /** Somebody wrote or changed it. */
  | 'edited';

/** The standing of a file. */
export function standingOf(
  record: MadeRecord,
  path: string,
  content: string | undefined,
  rendered: string,
): Standing {
  if (content === undefined) return 'missing';
  if (content === rendered) return 'equal';
  return isOurs(record, path, content) ? 'outdated' : 'edited';
}

/** Whether a file's content is exactly what was generated. */
export function isOurs(record: MadeRecord, path: string, content: string): boolean {
  return record.files.get(path)?.includes(checksum(content)) === true;
}

/** The record with one more content that is ours. */
export function withFile(record: MadeRecord, path: string, contents: readonly string[]): MadeRecord {
  return { ...record, files: new Map(record.files).set(path, contents.map(checksum)) };
}

/** A record that is not readable says of no file that it is ours: such a file is kept. */
export async function readRecord(made: string): Promise<MadeRecord> {
  const text = await readTextIfThere(made);
  try {
    return asRecord(JSON.parse(text ?? '{}'));
  } catch {
    return asRecord({});
  }
}

/** @throws FileError */
export async function writeRecord(made: string, { files, port }: MadeRecord): Promise<void> {
  const entries = [...files].map(([path, sums]) => [path, sums.length === 1 ? sums[0] : sums]);
  const value = { version: VERSION, ...Object.fromEntries(entries), ...(port === undefined ? {} : { port }) };
  await writeFileAtomic(made, `${JSON.stringify(value, undefined, 2)}\n`);
}

function asRecord(value: unknown): MadeRecord {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const files = entries
    .filter(([name]) => name.startsWith('/'))
    .map(([name, sums]) => [name, [sums].flat().filter((sum) => typeof sum === 'string')] as const);
  const rest = new Map(entries);
  return {
    files: new Map(files),
    port: asKeptPort(rest.get('port')),
    isBeforeSettings: files.length > 0 && rest.get('version') !== VERSION,
  };
}

function asKeptPort(value: unknown): KeptPort | undefined {
  if (typeof value !== 'object' || value === null || !('port' in value) || !('over' in value))
    return undefined;
  const { port, over } = value;
  return isPort(port) && isPort(over) ? { port, over } : undefined;
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function checksum(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

import { readdirSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorCode } from '../../errors.js';
import type { Format, ScanInput } from './findings.js';
import { formatOf, mayHoldImages } from './format-of.js';
import { LARGEST, readText, type TextRead } from './read-text.js';
import { scanText } from './scan-text.js';
import { type FoundImage, type ScanProblem, Tally, type UnresolvedPlace } from './tally.js';
import { walk } from './walk.js';

/** Files after which signals and timers have their turn. */
const TURN = 32;

/** Rounds in which files that belong to one are looked for, and how many there may be of them. */
const ROUNDS = 5;
const RELATIVES = 200;

/** Said of a file that is named itself; others are passed over without a word. */
const UNKNOWN = 'it is of no format that is known to name images, or names none';

/** How far a scan has come. */
export interface ScanProgress {
  readonly files: number;
  readonly images: number;
}

export interface ScanOptions {
  readonly cwd: string;
  readonly includeAll: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
}

/** What a scan found. Everything is in an order that does not depend on the file system. */
export interface ScanResult {
  readonly images: readonly FoundImage[];
  readonly unresolved: readonly UnresolvedPlace[];
  readonly problems: readonly ScanProblem[];
  /** Files that were met, and those that were looked into. */
  readonly files: { readonly seen: number; readonly scanned: number };
  /** The signal ended it before everything was looked into. */
  readonly interrupted: boolean;
}

/** Looks for the names of images in everything below the paths. No file stops it. */
export async function scan(paths: readonly string[], options: ScanOptions): Promise<ScanResult> {
  const tally = new Tally();
  const onUnreadable = (path: string, why: string) =>
    tally.problem({ path, line: undefined, why, unreadable: true });
  const named = new Set(paths.map((path) => posix.normalize(path)));
  let [seen, scanned] = [0, 0];
  for (const path of walk(paths, { ...options, onUnreadable })) {
    seen += 1;
    if (seen % TURN === 0) await nextTurn();
    if (options.signal.aborted) break;
    const outcome = scanFile(path, options, tally);
    if (outcome === 'scanned') scanned += 1;
    else if (outcome === 'unknown' && named.has(path))
      tally.problem({ path, line: undefined, why: UNKNOWN, unreadable: false });
    options.onProgress?.({ files: seen, images: tally.count });
  }
  return {
    images: tally.images(),
    unresolved: tally.unresolved(),
    problems: tally.problems(),
    files: { seen, scanned },
    interrupted: options.signal.aborted,
  };
}

/** Looks into one file, and says whether it was of a format that names images. What cannot be read is told here. */
function scanFile(path: string, options: ScanOptions, tally: Tally): 'scanned' | 'unknown' | 'unread' {
  const whole = posixPath(options.cwd, path);
  if (!mayHoldImages(whole)) return 'unknown';
  const text = textOf(path, readText(resolve(options.cwd, path)), tally);
  if (text === undefined) return 'unread';
  const format = formatOf(whole, text);
  if (format === undefined) return 'unknown';
  const input = withRelatives(format, { path, text, related: new Map() }, options);
  tally.add(path, format.name, scanText(format, input));
  return 'scanned';
}

/** A file's whole path, so that what it lies in is known when it is named from there. */
function posixPath(cwd: string, path: string): string {
  return posix.resolve(cwd, path);
}

function textOf(path: string, read: TextRead, tally: Tally): string | undefined {
  if (read.kind === 'text') return read.text;
  // JSON of that size is data, and its name says nothing else.
  if (read.kind === 'large' && !path.endsWith('.json')) {
    const why = `it is larger than ${LARGEST / 1024} KiB and was not looked into`;
    tally.problem({ path, line: undefined, why, unreadable: false });
  } else if (read.kind === 'unreadable') {
    tally.problem({ path, line: undefined, why: read.why, unreadable: true });
  }
  return undefined;
}

/** The input with the files that its format asks for, as far as they are there. */
function withRelatives(format: Format, input: ScanInput, { cwd }: ScanOptions): ScanInput {
  const related = new Map<string, string>();
  const tried = new Set<string>([input.path]);
  for (let round = 0; round < ROUNDS && format.relatives !== undefined; round += 1) {
    const { files, folders } = format.relatives({ ...input, related });
    const listed = folders.flatMap(({ path, endings }) => filesIn(cwd, path, endings));
    const wanted = [...files, ...listed].filter((path) => !tried.has(path)).slice(0, RELATIVES);
    if (wanted.length === 0) break;
    for (const path of wanted) {
      if (tried.has(path) || tried.size > RELATIVES) continue;
      tried.add(path);
      const read = readText(resolve(cwd, path));
      if (read.kind === 'text') related.set(path, read.text);
    }
  }
  return { ...input, related };
}

/** The files of a folder with these endings; of one that is not there, or may not be read, none. */
function filesIn(cwd: string, folder: string, endings: readonly string[]): string[] {
  try {
    return readdirSync(resolve(cwd, folder))
      .filter((name) => endings.some((ending) => name.endsWith(ending)))
      .sort()
      .map((name) => posix.join(folder, name));
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}

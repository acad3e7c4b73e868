import { stat } from 'node:fs/promises';
import { errorCode, MirrorError } from '../errors.js';
import { readTextIfThere, writeFileAtomic } from '../host/files.js';
import type { Logger } from '../host/log.js';

/** What the supervisor of a mirror does besides keeping it running, where no systemd does. Kept in `run/duties.json`. */
export interface Duties {
  readonly version: 1;
  /** The nightly update; null: none. */
  readonly update: { readonly calendar: string; readonly randomDelaySeconds: number } | null;
  /** Whether the mirror stops when it had leases and has none any more, and how many seconds after; null: it goes on. */
  readonly stopWhenUnused: { readonly graceSeconds: number } | null;
}

/** Nothing besides. */
export const NO_DUTIES: Duties = { version: 1, update: null, stopWhenUnused: null };

/** The file of duties holds something else. */
export class DutiesError extends MirrorError {
  readonly code = 'DUTIES_INVALID';
}

/** How often the file is looked at, milliseconds. */
const LOOK_EVERY = 2_000;

/** @throws FileError */
export async function writeDuties(path: string, duties: Duties): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(duties, undefined, 2)}\n`);
}

/**
 * The duties as last written; none when there is no file.
 * @throws FileError, DutiesError
 */
export async function readDuties(path: string): Promise<Duties> {
  const text = await readTextIfThere(path);
  if (text === undefined) return NO_DUTIES;
  const value = parse(text);
  if (isDuties(value)) return value;
  throw new DutiesError(`${path} does not hold the duties of a supervisor`, {
    hint: 'run "docker-mirror start", which writes it anew',
  });
}

/**
 * Tells the duties, now and whenever the file changes. What cannot be read is logged, once for each state of the file, and changes
 * nothing.
 * @returns what ends it
 */
export async function followDuties(
  path: string,
  onDuties: (duties: Duties) => void,
  logger: Logger,
): Promise<() => void> {
  let seen = '';
  let looking = false;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const state = await stateOf(path);
      if (state === seen) return;
      seen = state;
      onDuties(await readDuties(path));
    } catch (error) {
      logger.error({ err: error, file: path }, 'the duties cannot be read');
    } finally {
      looking = false;
    }
  }

  await look();
  const timer = setInterval(() => void look(), LOOK_EVERY);
  timer.unref();
  return () => clearInterval(timer);
}

/** Changes whenever the file may have changed. */
async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return [ino, size, mtimeMs].join(' ');
  } catch (error) {
    return errorCode(error) ?? 'unreadable';
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported by the caller as what it is: no duties.
    return undefined;
  }
}

function isDuties(value: unknown): value is Duties {
  if (typeof value !== 'object' || value === null) return false;
  const { version, update, stopWhenUnused } = value as Partial<Duties>;
  return (
    version === 1 &&
    (update === null ||
      (typeof update?.calendar === 'string' && Number.isFinite(update.randomDelaySeconds))) &&
    (stopWhenUnused === null || Number.isFinite(stopWhenUnused?.graceSeconds))
  );
}

import { z } from 'zod';
import { errorCode, MirrorError } from '../errors.js';
import { readTextIfThere, writeFileAtomic } from '../host/files.js';
import { isRunning } from '../host/process-identity.js';

const image = z.object({
  /** As it is written in the list or the settings. */
  image: z.string(),
  /**
   * `unchanged`: everything was here. `fetched`: something was missing or had changed, and is here now. `failed`: see `problem`.
   * `waiting`: its turn has not come, or it was broken off.
   */
  state: z.enum(['waiting', 'unchanged', 'fetched', 'failed']),
  /** What the tag stands for: the digest of the manifest or index; null when that is not known. */
  digest: z.string().nullable(),
  /** Bytes of blobs that were fetched. */
  bytes: z.number(),
  /** Blobs that were fetched. */
  blobs: z.number(),
  /** Why it failed; null otherwise. */
  problem: z.string().nullable(),
});

const update = z.object({
  version: z.literal(1),
  /** Who runs or ran it. */
  process: z.object({ pid: z.int().positive(), started: z.string() }),
  /** ISO 8601. */
  started: z.iso.datetime(),
  /** ISO 8601; null while it runs, and for ever when it was killed. */
  finished: z.iso.datetime().nullable(),
  /**
   * `done`: every image is here and fresh. `partly`: some failed. `failed`: none was updated. `interrupted`: it was told to end, or was
   * killed. An empty list is `done`.
   */
  result: z.enum(['running', 'done', 'partly', 'failed', 'interrupted']),
  /** What kept the whole from being done, such as a mirror that does not run; null otherwise. */
  problem: z.string().nullable(),
  /** The log of this update, an absolute path; null when none could be written. */
  log: z.string().nullable(),
  images: z.array(image),
});

/** What became of one image of an update. */
export type ImageOutcome = Readonly<z.infer<typeof image>>;

/** What `run/update.json` tells about the update that runs, or the last one. */
export type LastUpdate = Readonly<z.infer<typeof update>>;

/** The record of the last update holds something else. */
export class LastUpdateError extends MirrorError {
  readonly code = 'UPDATE_RECORD_INVALID';
}

/**
 * The update that runs, or the last one, as recorded in `run/update.json`; undefined when there never was one. One whose process is gone
 * without having said how it ended comes as `interrupted`.
 * @throws LastUpdateError when the file holds something else; the next update replaces it
 * @throws FileError when it cannot be read
 */
export async function readLastUpdate(path: string): Promise<LastUpdate | undefined> {
  const text = await readTextIfThere(path);
  if (text === undefined) return undefined;
  const parsed = update.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new LastUpdateError(`${path} does not hold the record of an update`, {
      hint: 'run "docker-mirror update", which writes it anew',
    });
  }
  const { data } = parsed;
  return data.result !== 'running' || (await isAlive(data)) ? data : { ...data, result: 'interrupted' };
}

/**
 * Replaces the record in one step: a reader sees the one before or this one.
 * @throws FileError
 */
export async function writeLastUpdate(path: string, record: LastUpdate): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(record, undefined, 2)}\n`);
}

async function isAlive({ process: identity }: LastUpdate): Promise<boolean> {
  try {
    return await isRunning(identity);
  } catch (error) {
    // `ps` cannot be run: then nobody can say, and what is written counts.
    if (errorCode(error) === 'COMMAND_FAILED') return true;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported by the caller as what it is: no record.
    return undefined;
  }
}

import { performance } from 'node:perf_hooks';
import { MirrorError } from '../errors.js';
import { lockHolder, tryLock } from '../host/lock.js';
import { identify, type ProcessIdentity } from '../host/process-identity.js';
import type { ArchiveSummary } from './archive/archive-all.js';
import { type ImageOutcome, type LastUpdate, readLastUpdate } from './last-update.js';
import { updateArchives } from './update-archives.js';
import { countOutcomes, describeEvent, type UpdateEvent } from './update-event.js';
import { type PreparedUpdate, updateImages } from './update-images.js';
import { openUpdateLog, removeOldLogs, type UpdateLog } from './update-log.js';
import { beginRecord, type UpdateRecord } from './update-record.js';
import { countWaiting } from './waiting.js';
import { WindowClosedError } from './window-closed.js';

/** Where an update leaves what, and what it is told. */
export interface UpdateOptions {
  readonly record: string;
  /** A folder: only one update runs at a time. */
  readonly lock: string;
  readonly logs: string;
  /** The file in which it remembers of which images what is attached to them was fetched. */
  readonly attachedMemory: string;
  readonly signal: AbortSignal;
  /** Aborted with a WindowClosedError when no more is to be fetched; what is to be done with what is here is done all the same. */
  readonly window?: AbortSignal;
  /**
   * Finds out what there is to do. Called with the lock held, so that what it throws is recorded as how the update ended.
   * @throws any error; the signal's reason
   */
  readonly prepare: () => Promise<PreparedUpdate>;
  readonly onEvent: (event: UpdateEvent) => void;
  /** Told of what goes wrong beside the update itself, such as a log that cannot be written. */
  readonly onWarning: (error: unknown) => void;
}

/** How an update ended; `busy`: another one runs, and nothing was done. */
export type UpdateEnd =
  | {
      readonly kind: 'busy';
      readonly holder: ProcessIdentity | undefined;
      readonly since: string | undefined;
    }
  | { readonly kind: 'ended'; readonly record: LastUpdate; readonly error: unknown };

/**
 * Has a running mirror fetch what is missing or has changed of the images to keep.
 * @throws FileError when the lock cannot be taken
 */
export async function runUpdate(options: UpdateOptions): Promise<UpdateEnd> {
  const lock = await tryLock(options.lock);
  if (lock === undefined) return await busy(options);
  try {
    return await runLocked(options);
  } finally {
    await lock.release();
  }
}

async function busy({ lock, record }: UpdateOptions): Promise<UpdateEnd> {
  const holder = await lockHolder(lock);
  // One that is damaged is being replaced by the update that runs.
  const last = await readLastUpdate(record).catch(() => undefined);
  const isIts = last !== undefined && last.process.pid === holder?.pid && last.result === 'running';
  return { kind: 'busy', holder, since: isIts ? last.started : undefined };
}

async function runLocked(options: UpdateOptions): Promise<UpdateEnd> {
  const started = new Date();
  const clock = performance.now();
  const self = await identify(process.pid);
  if (self === undefined) throw new Error('this process does not find itself');
  const log = await openLog(options, started);
  const record = await beginRecord({
    path: options.record,
    self,
    started,
    log: log?.path ?? null,
    onProblem: options.onWarning,
  });
  const tell = (event: UpdateEvent) => {
    options.onEvent(event);
    const line = describeEvent(event);
    if (line !== undefined) log?.write(line);
  };
  let outcomes: readonly ImageOutcome[] = [];
  let archives: ArchiveSummary | null = null;
  let error: unknown;
  let closed = false;
  try {
    const prepared = await options.prepare();
    await forgetOldLogs(options, prepared.logRetentionDays, started);
    outcomes = await update(prepared, { options, record, log: log?.path ?? null, tell });
    const { signal } = options;
    if (prepared.archive !== undefined && !signal.aborted) {
      archives = await updateArchives(prepared.archive, { signal, onOutcome: record.noteArchive, tell });
    }
  } catch (caught) {
    // Before it was even known which images there are.
    if (caught instanceof WindowClosedError) closed = true;
    else error = caught;
  }
  const result = closed ? 'partly' : resultOf(outcomes, archives, error, options.signal);
  const problem = error === undefined || result === 'interrupted' ? null : messageOf(error);
  const ended = await record.finish(result, problem);
  const milliseconds = Math.round(performance.now() - clock);
  const waits = countWaiting(outcomes.flatMap((outcome) => outcome.waits ?? []));
  tell({
    event: 'ended',
    result,
    problem,
    ...countOutcomes(outcomes),
    ...(waits.length === 0 ? {} : { waits }),
    archives,
    milliseconds,
  });
  await log?.close().catch(options.onWarning);
  return { kind: 'ended', record: ended, error: result === 'interrupted' ? undefined : error };
}

interface Run {
  readonly options: UpdateOptions;
  readonly record: UpdateRecord;
  readonly log: string | null;
  readonly tell: (event: UpdateEvent) => void;
}

function update(
  prepared: PreparedUpdate,
  { options, record, log, tell }: Run,
): Promise<readonly ImageOutcome[]> {
  return updateImages(prepared, {
    attachedMemory: options.attachedMemory,
    signal: options.window === undefined ? options.signal : AbortSignal.any([options.signal, options.window]),
    onImages: async (images) => {
      await record.expect(images);
      tell({ event: 'begun', images: images.length, log, ...(prepared.offline ? { offline: true } : {}) });
    },
    onFetching: (image, blobs, bytes) => tell({ event: 'fetching', image, blobs, bytes }),
    onBytes: (image, count) => tell({ event: 'bytes', image, count }),
    onImage: (outcome) => {
      record.note(outcome);
      tell({ event: 'image', ...outcome });
    },
    onWarning: options.onWarning,
  });
}

function resultOf(
  outcomes: readonly ImageOutcome[],
  archives: ArchiveSummary | null,
  error: unknown,
  signal: AbortSignal,
): Exclude<LastUpdate['result'], 'running'> {
  const { fetched, unchanged, failed, waiting } = countOutcomes(outcomes);
  // Told to end when everything was done already: that is no interruption.
  if (signal.aborted && (error !== undefined || waiting > 0)) return 'interrupted';
  if (error !== undefined) return 'failed';
  if (failed + waiting === 0) return (archives?.failed ?? 0) === 0 ? 'done' : 'partly';
  return fetched + unchanged + waiting > 0 ? 'partly' : 'failed';
}

/** An update without a log is better than none. */
async function openLog({ logs, onWarning }: UpdateOptions, now: Date): Promise<UpdateLog | undefined> {
  try {
    return await openUpdateLog(logs, now);
  } catch (error) {
    onWarning(error);
    return undefined;
  }
}

async function forgetOldLogs({ logs, onWarning }: UpdateOptions, days: number, now: Date): Promise<void> {
  try {
    await removeOldLogs(logs, days, now);
  } catch (error) {
    onWarning(error);
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof MirrorError && error.hint !== undefined
    ? `${error.message} (${error.hint})`
    : error.message;
}

import { chmod, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MirrorError } from '../../errors.js';
import { copyAtomic } from '../../host/file-copy.js';
import { ensureFolder } from '../../host/files.js';
import { makeStep } from './make-step.js';
import {
  actionKey,
  type HostRecord,
  readHostRecord,
  withEntry,
  withoutEntry,
  writeHostRecord,
} from './record.js';
import { describeHostStep } from './show.js';
import type { HostStep } from './step.js';
import type { Action } from './wanted.js';

/** Where a part's record and what was there before are kept. */
export interface PartFiles {
  readonly record: string;
  readonly backups: string;
}

/** What carrying out needs besides files. */
export interface CarryOutOptions {
  readonly files: PartFiles;
  readonly perform: (action: Action) => Promise<void>;
  readonly onDone: (step: HostStep) => void;
  /** Aborted: the step under way is finished, and no other begun. */
  readonly signal: AbortSignal;
}

/** A plan was not carried out to its end. */
export class HostChangeError extends MirrorError {
  readonly code = 'APPLY_FAILED';

  constructor(
    readonly done: readonly HostStep[],
    readonly left: readonly HostStep[],
    cause: unknown,
  ) {
    const [failed] = left;
    const what = failed === undefined ? 'the end' : `“${describeHostStep(failed)}”`;
    const why = cause instanceof Error ? cause.message : String(cause);
    const hint = cause instanceof MirrorError && cause.hint !== undefined ? `${cause.hint}; then ` : '';
    super(`stopped at ${what}: ${why}; ${done.length} of ${done.length + left.length} steps were done`, {
      hint: `${hint}give the same command again: it goes on where this one stopped`,
      cause,
    });
  }
}

/**
 * Carries out steps one by one. What a step is about is on the disk before the step is made, so that whenever this ends, the next plan
 * and the undo know of it.
 * @throws HostChangeError
 */
export async function carryOut(steps: readonly HostStep[], options: CarryOutOptions): Promise<void> {
  const { files, signal } = options;
  const visible = steps.filter(({ kind }) => kind !== 'note');
  const done: HostStep[] = [];
  try {
    const actions = steps.flatMap((step) => (step.kind === 'perform' ? [step.action] : []));
    let record = await readHostRecord(files.record);
    const pending = new Map([...record.pending, ...actions].map((action) => [actionKey(action), action]));
    await ensureFolder(dirname(files.record), 0o755);
    record = await keep(files.record, { ...record, pending: [...pending.values()] });
    for (const step of steps) {
      signal.throwIfAborted();
      if (step.kind === 'write-file' && step.backup !== undefined) await backUp(step.path, step.backup);
      // What is pending stays so until all is done, as a later step may be what an action is for.
      if (step.entry !== undefined) record = await keep(files.record, withEntry(record, step.entry));
      if (step.kind === 'perform') await options.perform(step.action);
      else if (step.kind !== 'note') await makeStep(step);
      if (step.kind === 'perform')
        record = { ...record, pending: withoutAction(record.pending, step.action) };
      if (step.drops !== undefined) record = withoutEntry(record, step.drops);
      if (step.kind === 'perform' || step.drops !== undefined) record = await keep(files.record, record);
      if (step.kind === 'note') continue;
      done.push(step);
      options.onDone(step);
    }
    if (record.entries.length === 0) await removeState(files);
  } catch (error) {
    throw new HostChangeError(done, visible.slice(done.length), error);
  }
}

async function keep(path: string, record: HostRecord): Promise<HostRecord> {
  await writeHostRecord(path, record);
  return record;
}

function withoutAction(pending: readonly Action[], done: Action): readonly Action[] {
  const key = actionKey(done);
  return pending.filter((action) => actionKey(action) !== key);
}

/** Readable by root alone, whatever the file's own mode: it may hold secrets. */
async function backUp(path: string, backup: string): Promise<void> {
  await ensureFolder(dirname(backup), 0o700);
  await copyAtomic(path, backup);
  await chmod(backup, 0o600);
}

/** Nothing is installed any more: nothing is left of the record either. */
async function removeState({ record, backups }: PartFiles): Promise<void> {
  await rm(record, { force: true });
  await rm(backups, { recursive: true, force: true });
}

/** Removes the folders of records when no part is left. */
export async function removeEmptyState(folder: string): Promise<void> {
  for (const path of [folder, dirname(folder)]) {
    try {
      await rmdir(path);
    } catch {
      // Something is in it, or it is not ours to remove.
      return;
    }
  }
}

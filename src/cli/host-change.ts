import { bytesIfThere } from '../host/file-copy.js';
import { withFileLock } from '../host/file-lock.js';
import { asFileError, ensureFolder } from '../host/files.js';
import { carryOut, HostChangeError, removeEmptyState } from '../render/host/carry-out.js';
import { observe } from '../render/host/observe.js';
import { planHost } from '../render/host/plan.js';
import { type HostRecord, readHostRecord } from '../render/host/record.js';
import { describeHostStep, showPlan } from '../render/host/show.js';
import type { HostPlan, HostStep } from '../render/host/step.js';
import { planUndo } from '../render/host/undo.js';
import type { Wanted } from '../render/host/wanted.js';
import type { CliContext } from './command.js';
import { CommandFailure, Interrupted } from './errors.js';
import { installedFolder, partFiles } from './installed-state.js';
import { performAction } from './perform-action.js';

/** A change to the host that a command asks for. */
export interface HostChange {
  /** Under which it is noted: `service`, `nfs`, `client-dockerd`… */
  readonly part: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly what:
    | { readonly kind: 'apply'; readonly wanted: readonly Wanted[] }
    /**
     * Everything noted is undone.
     * `edited`: of files of somebody else's, the present content without our part, for those that were changed since; undefined when
     * nothing would be left.
     */
    | { readonly kind: 'undo'; readonly edited: ReadonlyMap<string, string | undefined> };
}

/** What came of it. */
export interface HostOutcome {
  /** What was done; in a dry run, what would be. */
  readonly steps: readonly HostStep[];
  /** In an undo: what was left alone. An apply that would leave something alone does nothing and throws. */
  readonly refused: HostPlan['refused'];
}

/** Plans a change without making it. */
export async function planChange(change: HostChange, context: CliContext): Promise<HostPlan> {
  const files = partFiles(installedFolder(context), change.part);
  const record = await readHostRecord(files.record);
  if (change.what.kind === 'apply') {
    const facts = await observe(change.what.wanted, record);
    return planHost(change.what.wanted, facts, record, { force: change.force, backups: files.backups });
  }
  const facts = await observe([], record);
  const kept = await readBackups(record);
  return planUndo(record, facts, {
    force: change.force,
    edited: change.what.edited,
    backup: (path) => kept.get(path),
  });
}

/**
 * Changes the host as a command asks: shows what is to be done in a dry run, otherwise does it and says so line by line.
 * @throws CommandFailure when something that somebody else made is in the way, and nothing was done; HostChangeError when it stopped on
 * the way; Interrupted
 */
export async function changeHost(change: HostChange, context: CliContext): Promise<HostOutcome> {
  if (change.dryRun) {
    const plan = await planChange(change, context);
    context.stdout.write(isEmpty(plan) ? 'Nothing is to be done.\n' : showPlan(plan));
    return plan;
  }
  const folder = installedFolder(context);
  const files = partFiles(folder, change.part);
  await ensureFolder(folder);
  try {
    return await withFileLock(files.record, async () => {
      const plan = await planChange(change, context);
      if (change.what.kind === 'apply') refuse(plan);
      for (const { why, hint } of plan.refused)
        context.stderr.write(`warning: left alone: ${why}; ${hint}\n`);
      await carryOut(plan.steps, {
        files,
        perform: performAction,
        onDone: (step) => context.stdout.write(`${describeHostStep(step)}\n`),
        signal: context.interrupted,
      });
      return plan;
    });
  } catch (error) {
    if (!context.interrupted.aborted || !(error instanceof HostChangeError)) throw error;
    throw new Interrupted(error.message, { hint: 'give the same command again to go on' });
  } finally {
    await removeEmptyState(folder);
  }
}

function refuse({ refused }: HostPlan): void {
  const [first, ...others] = refused;
  if (first === undefined) return;
  const more = others.map(({ why }) => `; ${why}`).join('');
  throw new CommandFailure(`nothing was changed: ${first.why}${more}`, { hint: first.hint });
}

function isEmpty({ steps, refused }: HostPlan): boolean {
  return refused.length === 0 && steps.every(({ kind }) => kind === 'note');
}

async function readBackups(record: HostRecord): Promise<ReadonlyMap<string, Buffer>> {
  const kept = new Map<string, Buffer>();
  for (const entry of record.entries) {
    if (entry.kind !== 'file' || entry.before.kind !== 'kept') continue;
    const { backup } = entry.before;
    try {
      const bytes = await bytesIfThere(backup);
      if (bytes !== undefined) kept.set(backup, bytes);
    } catch (error) {
      throw asFileError(error, `cannot read ${backup}`);
    }
  }
  return kept;
}

import type { MirrorAccess } from '../../render/clients/mirror-access.js';
import { describeAction } from '../../render/host/show.js';
import type { Action, Wanted } from '../../render/host/wanted.js';
import type { Arguments, CliContext } from '../command.js';
import { UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { changeHost, type HostOutcome } from '../host-change.js';
import { performAction } from '../perform-action.js';
import { mirrorAccess } from './access.js';

/** An engine, as far as changing its files goes. */
export interface ClientWork {
  /** Under which the change is noted. */
  readonly part: string;
  /** What the engine is to have. */
  wanted(access: MirrorAccess): Promise<readonly Wanted[]>;
  /** Of files of somebody else's that are there: their present content without our part. */
  withoutUs?(): Promise<ReadonlyMap<string, string | undefined>>;
  /** What is done after one of these files, or something below it, was changed or put back. */
  readonly after?: { readonly actions: readonly Action[]; readonly on: readonly string[] };
  /** What somebody has to do when one of these files was changed and nothing is done about it here. */
  readonly advice?: Readonly<Record<string, string>>;
  /** What is to be known in any case. */
  readonly remark?: string;
}

/**
 * Shows what an engine needs, and with `--apply` or `--remove` does it.
 * @throws MirrorError; what was done until then is noted
 */
export async function changeClient(
  work: ClientWork,
  args: Arguments,
  context: CliContext,
): Promise<ExitCode> {
  const [apply, remove] = [args.flag('apply'), args.flag('remove')];
  if (apply && remove) throw new UsageError('--apply and --remove exclude each other');
  const dryRun = args.flag('dry-run') || !(apply || remove);
  const what = remove
    ? ({ kind: 'undo', edited: (await work.withoutUs?.()) ?? new Map() } as const)
    : ({ kind: 'apply', wanted: await wantedOf(work, args, context) } as const);
  const outcome = await changeHost({ part: work.part, force: args.flag('force'), dryRun, what }, context);
  const undone = remove && !dryRun ? await actAfterUndo(work, outcome, context) : false;
  tell(work, outcome, { apply, remove, dryRun, undone }, context);
  return remove && outcome.refused.length > 0 ? EXIT.failed : EXIT.ok;
}

async function wantedOf(work: ClientWork, args: Arguments, context: CliContext): Promise<readonly Wanted[]> {
  const wanted = await work.wanted(await mirrorAccess(args, context));
  const { actions = [], on = [] } = work.after ?? {};
  return [...wanted, ...actions.map((action): Wanted => ({ kind: 'action', action, on }))];
}

/**
 * Not noted as the undo of the change: which services run, and whether they may be restarted, is a matter of the day.
 * @returns whether anything was done
 */
async function actAfterUndo(
  { after }: ClientWork,
  { steps }: HostOutcome,
  { stdout }: CliContext,
): Promise<boolean> {
  const touched = steps.flatMap((step) => ('path' in step ? [step.path] : []));
  const isDue = after?.on.some((path) =>
    touched.some((each) => each === path || each.startsWith(`${path}/`)),
  );
  if (after === undefined || isDue !== true) return false;
  for (const action of after.actions) {
    await performAction(action);
    stdout.write(`${describeAction(action)}\n`);
  }
  return after.actions.length > 0;
}

function tell(
  work: ClientWork,
  { steps }: HostOutcome,
  asked: {
    readonly apply: boolean;
    readonly remove: boolean;
    readonly dryRun: boolean;
    readonly undone: boolean;
  },
  { stdout }: CliContext,
): void {
  const done = steps.filter(({ kind }) => kind !== 'note');
  const touched = new Set(done.flatMap((step) => ('path' in step ? [step.path] : [])));
  const deeds = asked.undone || done.some(({ kind }) => kind === 'perform');
  const advice = Object.entries(work.advice ?? {}).filter(([path]) => touched.has(path));
  const prefix = asked.dryRun ? '# then: ' : '';
  if (!deeds) for (const [, what] of advice) stdout.write(`${prefix}${what}\n`);
  if (work.remark !== undefined && !asked.remove) stdout.write(`${asked.dryRun ? '# ' : ''}${work.remark}\n`);
  if (!asked.dryRun && done.length === 0) stdout.write('Nothing had to be changed.\n');
  if (!asked.apply && !asked.remove && done.length > 0) {
    stdout.write('# Nothing was changed: give --apply to do this.\n');
  }
}

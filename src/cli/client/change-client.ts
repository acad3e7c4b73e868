import type { MirrorAccess } from '../../render/clients/mirror-access.js';
import type { Wanted } from '../../render/host/wanted.js';
import type { Arguments, CliContext } from '../command.js';
import { UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { changeHost, type HostOutcome } from '../host-change.js';
import { mirrorAccess } from './access.js';

/** An engine, as far as changing its files goes. */
export interface ClientWork {
  /** Under which the change is noted. */
  readonly part: string;
  /** What the engine is to have. */
  wanted(access: MirrorAccess): Promise<readonly Wanted[]>;
  /** Of files of somebody else's that are there: their present content without our part. */
  withoutUs?(): Promise<ReadonlyMap<string, string | undefined>>;
  /** What has to be done besides, when one of these files was changed. */
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
    : ({ kind: 'apply', wanted: await work.wanted(await mirrorAccess(args, context)) } as const);
  const outcome = await changeHost({ part: work.part, force: args.flag('force'), dryRun, what }, context);
  tell(work, outcome, { apply, remove, dryRun }, context);
  return remove && outcome.refused.length > 0 ? EXIT.failed : EXIT.ok;
}

function tell(
  work: ClientWork,
  { steps }: HostOutcome,
  asked: { readonly apply: boolean; readonly remove: boolean; readonly dryRun: boolean },
  { stdout }: CliContext,
): void {
  const done = steps.filter(({ kind }) => kind !== 'note');
  const touched = new Set(done.flatMap((step) => ('path' in step ? [step.path] : [])));
  const deeds = done.some(({ kind }) => kind === 'perform');
  const advice = Object.entries(work.advice ?? {}).filter(([path]) => touched.has(path));
  const prefix = asked.dryRun ? '# then: ' : '';
  if (!deeds) for (const [, what] of advice) stdout.write(`${prefix}${what}\n`);
  if (work.remark !== undefined && !asked.remove) stdout.write(`${asked.dryRun ? '# ' : ''}${work.remark}\n`);
  if (!asked.dryRun && done.length === 0) stdout.write('Nothing had to be changed.\n');
  if (!asked.apply && !asked.remove && done.length > 0) {
    stdout.write('# Nothing was changed: give --apply to do this.\n');
  }
}

import { rm } from 'node:fs/promises';
import { readTextIfThere } from '../host/files.js';
import { StateError, stateFile } from '../host/supervisor/state.js';
import { applyStep } from '../render/apply.js';
import { type Layout, layoutOf } from '../render/layout.js';
import { describeStep, type Step } from '../render/plan.js';
import type { Arguments, CliContext } from './command.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { mirrorPath } from './location.js';
import { lookAtMirror } from './mirror-state.js';
import { checkDuties } from './note-duties.js';
import { isPortTaken, portTakenError } from './port-conflict.js';
import type { PreparedConfig } from './prepare-config.js';
import { prepareStart } from './prepare-start.js';
import { installedService } from './service/installed-service.js';
import { needRoot } from './service/units-at-work.js';
import { startAndWait } from './start-and-wait.js';
import { stopMirror } from './stop-mirror.js';
import { namesOf, trySyncList } from './sync-list.js';

/** In which way a mirror is started. */
export interface StartManner {
  /** Whether one that runs is stopped first, also when nothing changed. */
  readonly restart: boolean;
  /** Milliseconds that it may take to stop. */
  readonly stopTimeout: (layout: Layout) => Promise<number>;
}

/**
 * Sets a mirror up as the settings say, starts it unless it runs as it should, and waits until it answers. Whatever can be found wrong
 * is found before one that runs is stopped.
 */
export async function startMirror(
  args: Arguments,
  context: CliContext,
  manner: StartManner,
): Promise<ExitCode> {
  const service = await installedService(layoutOf(mirrorPath(args, context)), context);
  if (service !== undefined) {
    needRoot(service.scope, context.uid, 'start');
    const { applyService } = await import('./service/apply-service.js');
    return await applyService(args, context, service.scope, manner);
  }
  const dryRun = args.flag('dry-run');
  const { layout, prepared, config, steps } = await prepareStart(args, context, {
    supervised: (each) => isSupervised(each, dryRun, context),
    restart: manner.restart,
  });
  await checkDuties(prepared.settings);
  if (dryRun) return showPlan(steps, prepared, context);
  if (steps.some(({ kind }) => kind === 'stop-mirror')) await refuseTakenPort(prepared, layout, context);
  await carryOut(steps, { layout, manner, prepared }, context);
  const starts = steps.some(({ kind }) => kind === 'start-mirror');
  return await startAndWait({ layout, config, starts, settings: prepared.settings }, context);
}

/** A damaged state must not keep the mirror from starting: what it told is found out again. */
async function isSupervised(layout: Layout, dryRun: boolean, { stderr }: CliContext): Promise<boolean> {
  try {
    return (await lookAtMirror(layout)).supervised;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    stderr.write(`warning: ${error.message}; it is begun anew\n`);
    if (!dryRun) await rm(stateFile(layout.run), { force: true });
    return false;
  }
}

/** A mirror that runs on one port is not stopped for another that somebody else has. */
async function refuseTakenPort(
  { wanted, standing }: PreparedConfig,
  layout: Layout,
  { engine, env }: CliContext,
): Promise<void> {
  if (standing !== 'outdated') return;
  const { port } = wanted.http.listen;
  const { config } = await engine.loadConfig(layout.config, env);
  if (config.http.listen.port !== port && (await isPortTaken(wanted.http))) {
    throw await portTakenError(port, layout.config);
  }
}

async function carryOut(
  steps: readonly Step[],
  { layout, manner, prepared }: { layout: Layout; manner: StartManner; prepared: PreparedConfig },
  context: CliContext,
): Promise<void> {
  // Another start saw the same change, and has a mirror on its way that must not be stopped again.
  if (!manner.restart && (await wasRenderedMeanwhile(steps, layout, prepared.text))) return;
  for (const step of steps) {
    if (step.kind === 'stop-mirror') await stopMirror(layout, await manner.stopTimeout(layout));
    else if (step.kind === 'sync-list') await trySyncList(layout, namesOf(prepared.settings), context);
    else if (step.kind !== 'start-mirror') await applyStep(step);
  }
  const replaced = steps.some(({ kind }) => kind === 'replace-file');
  const stopped = steps.some(({ kind }) => kind === 'stop-mirror');
  if (replaced) {
    const restarted = stopped ? ' and the mirror is started again' : '';
    context.stdout.write(`The settings changed: ${layout.config} was rendered anew${restarted}.\n`);
  }
}

async function wasRenderedMeanwhile(steps: readonly Step[], layout: Layout, text: string): Promise<boolean> {
  const replaces = steps.some(({ kind }) => kind === 'replace-file');
  return replaces && (await readTextIfThere(layout.config)) === text;
}

function showPlan(steps: readonly Step[], { settings }: PreparedConfig, { stdout }: CliContext): ExitCode {
  const lines = steps.map((step, index) => `${index + 1}. ${describeStep(step)}\n`);
  stdout.write(lines.length === 0 ? 'Nothing is to be done: the mirror runs.\n' : lines.join(''));
  if (settings.origin === 'absent') stdout.write(`There is no ${settings.file}: these are the defaults.\n`);
  return EXIT.ok;
}

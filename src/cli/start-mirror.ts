import { rm, stat } from 'node:fs/promises';
import { isMissing } from '../errors.js';
import { asFileError, readTextIfThere } from '../host/files.js';
import { StateError, stateFile } from '../host/supervisor/state.js';
import { applyStep } from '../render/apply.js';
import { type Layout, layoutOf } from '../render/layout.js';
import { describeStep, planStart, type Step } from '../render/plan.js';
import type { EngineConfig } from '../settings/engine-config.js';
import { checkRendered } from './check-rendered.js';
import type { Arguments, CliContext } from './command.js';
import { describeProblem } from './engine-port.js';
import { CommandFailure } from './errors.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { askedPort, mirrorPath } from './location.js';
import { lookAtMirror } from './mirror-state.js';
import { checkDuties } from './note-duties.js';
import { isPortTaken, portTakenError } from './port-conflict.js';
import { type PreparedConfig, prepareConfig } from './prepare-config.js';
import { startAndWait } from './start-and-wait.js';
import { stopMirror } from './stop-mirror.js';
import { tellOverruled, tellSettings } from './tell-settings.js';

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
  const port = askedPort(args, context);
  const dryRun = args.flag('dry-run');
  // First, as a .config that is only made now may say where the mirror is.
  const settings = await context.settings.load(context.env, !dryRun);
  const layout = layoutOf(mirrorPath(args, context));
  const prepared = await prepareConfig(layout, port, settings, context);
  const force = args.flag('force');
  const keepsEdited = prepared.standing === 'edited' && !force;
  const supervised = await isSupervised(layout, dryRun, context);
  const steps = planStart({
    layout,
    existing: await existingOf(layout),
    running: supervised,
    restart: manner.restart,
    config: { text: prepared.text, standing: prepared.standing, force, isNoted: prepared.isNoted },
    port: prepared.port,
  });
  tellSettings(prepared, { asked: port, keepsEdited }, context);
  const config = keepsEdited ? await checkEdited(layout, prepared, steps, context) : prepared.wanted;
  refuseOpenPort(config, layout);
  if (!keepsEdited) await checkRendered(prepared);
  await checkDuties(settings);
  if (dryRun) return showPlan(steps, prepared, context);
  if (steps.some(({ kind }) => kind === 'stop-mirror')) await refuseTakenPort(prepared, layout, context);
  await carryOut(steps, { layout, manner, text: prepared.text }, context);
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

/** What is in a file that somebody wrote is told once, and its files are looked at before a mirror that runs is stopped for it. */
async function checkEdited(
  layout: Layout,
  prepared: PreparedConfig,
  steps: readonly Step[],
  context: CliContext,
): Promise<EngineConfig> {
  const { config, warnings } = await context.engine.loadConfig(layout.config, context.env);
  for (const warning of warnings) context.stderr.write(`warning: ${describeProblem(warning)}\n`);
  tellOverruled(prepared.wanted, config, layout, context);
  if (steps.some(({ kind }) => kind === 'stop-mirror')) {
    await context.engine.checkFiles(layout.config, config, context.env);
  }
  return config;
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
  { layout, manner, text }: { layout: Layout; manner: StartManner; text: string },
  context: CliContext,
): Promise<void> {
  // Another start saw the same change, and has a mirror on its way that must not be stopped again.
  if (!manner.restart && (await wasRenderedMeanwhile(steps, layout, text))) return;
  for (const step of steps) {
    if (step.kind === 'stop-mirror') await stopMirror(layout, await manner.stopTimeout(layout));
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

function refuseOpenPort({ http }: EngineConfig, layout: Layout): void {
  if (http.listen.port !== 0) return;
  throw new CommandFailure(`http.addr in ${layout.config} or the environment leaves the port open`, {
    hint: 'a mirror in the background needs a port that its clients know: write one, such as localhost:5000',
  });
}

function showPlan(steps: readonly Step[], { settings }: PreparedConfig, { stdout }: CliContext): ExitCode {
  const lines = steps.map((step, index) => `${index + 1}. ${describeStep(step)}\n`);
  stdout.write(lines.length === 0 ? 'Nothing is to be done: the mirror runs.\n' : lines.join(''));
  if (settings.origin === 'absent') stdout.write(`There is no ${settings.file}: these are the defaults.\n`);
  return EXIT.ok;
}

async function existingOf(layout: Layout): Promise<Set<string>> {
  const paths = Object.values(layout) as string[];
  const found = await Promise.all(paths.map(exists));
  return new Set(paths.filter((_, index) => found[index]));
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw asFileError(error, `cannot look at ${path}`);
  }
}

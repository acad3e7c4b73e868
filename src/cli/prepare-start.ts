import { stat } from 'node:fs/promises';
import { isMissing } from '../errors.js';
import { asFileError, readTextIfThere } from '../host/files.js';
import { withMadePart } from '../images/made-part.js';
import { type Layout, layoutOf } from '../render/layout.js';
import { planStart, type StartFacts, type Step } from '../render/plan.js';
import type { EngineConfig } from '../settings/engine-config.js';
import { checkRendered } from './check-rendered.js';
import type { Arguments, CliContext } from './command.js';
import { describeProblem } from './engine-port.js';
import { CommandFailure } from './errors.js';
import { askedPort, mirrorPath } from './location.js';
import { type PreparedConfig, prepareConfig } from './prepare-config.js';
import { describeWarning } from './report.js';
import { namesOf } from './sync-list.js';
import { tellOverruled, tellSettings } from './tell-settings.js';

/** A mirror that is about to be set up and started: everything is known, and nothing done yet. */
export interface PreparedStart {
  readonly layout: Layout;
  readonly prepared: PreparedConfig;
  /** The configuration that will be in force. */
  readonly config: EngineConfig;
  /** Its text. */
  readonly text: string;
  readonly steps: readonly Step[];
}

/** What runs, and what is to. */
export interface StartOptions {
  readonly supervised: (layout: Layout) => Promise<boolean>;
  readonly restart: boolean;
}

/**
 * Finds out what a start has to do. Whatever can be found wrong with the settings is found here, before anything is changed.
 * @throws MirrorError
 */
export async function prepareStart(
  args: Arguments,
  context: CliContext,
  options: StartOptions,
): Promise<PreparedStart> {
  const port = askedPort(args, context);
  // First, as a .config that is only made now may say where the mirror is.
  const settings = await context.settings.load(context.env, !args.flag('dry-run'));
  const layout = layoutOf(mirrorPath(args, context));
  const prepared = await prepareConfig(layout, port, settings, context);
  const force = args.flag('force');
  const keepsEdited = prepared.standing === 'edited' && !force;
  const steps = planStart({
    layout,
    existing: await existingOf(layout),
    running: await options.supervised(layout),
    restart: options.restart,
    config: { text: prepared.text, standing: prepared.standing, force, isNoted: prepared.isNoted },
    port: prepared.port,
    list: await listOf(layout, namesOf(settings), context),
  });
  tellSettings(prepared, { asked: port, keepsEdited }, context);
  const edited = keepsEdited ? await readEdited(layout, prepared, steps, context) : undefined;
  const config = edited?.config ?? prepared.wanted;
  refuseOpenPort(config, layout);
  if (!keepsEdited) await checkRendered(prepared);
  return { layout, prepared, config, text: edited?.text ?? prepared.text, steps };
}

/** A list that cannot be read keeps no mirror from starting. */
async function listOf(
  { manifest }: Layout,
  names: readonly string[],
  { stderr }: CliContext,
): Promise<StartFacts['list']> {
  const withSettings = (text: string) => withMadePart(text, names).text;
  try {
    const present = await readTextIfThere(manifest);
    return { withSettings, isOutdated: present !== undefined && withSettings(present) !== present };
  } catch (error) {
    stderr.write(describeWarning(error));
    return { withSettings, isOutdated: false };
  }
}

/** What is in a file that somebody wrote is told once, and its files are looked at before a mirror that runs is stopped for it. */
async function readEdited(
  layout: Layout,
  prepared: PreparedConfig,
  steps: readonly Step[],
  context: CliContext,
): Promise<{ config: EngineConfig; text: string }> {
  const { config, warnings } = await context.engine.loadConfig(layout.config, context.env);
  for (const warning of warnings) context.stderr.write(`warning: ${describeProblem(warning)}\n`);
  tellOverruled(prepared.wanted, config, layout, context);
  if (steps.some(({ kind }) => kind === 'stop-mirror')) {
    await context.engine.checkFiles(layout.config, config, context.env);
  }
  return { config, text: prepared.present ?? prepared.text };
}

function refuseOpenPort({ http }: EngineConfig, layout: Layout): void {
  if (http.listen.port !== 0) return;
  throw new CommandFailure(`http.addr in ${layout.config} or the environment leaves the port open`, {
    hint: 'a mirror in the background needs a port that its clients know: write one, such as localhost:5000',
  });
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

import { rm, stat } from 'node:fs/promises';
import { isMissing } from '../errors.js';
import { asFileError } from '../host/files.js';
import { portHolder } from '../host/port-holder.js';
import { StateError, stateFile } from '../host/supervisor/state.js';
import { applySteps, type FileStep } from '../render/apply.js';
import { type Layout, layoutOf } from '../render/layout.js';
import { describeStep, planStart, type Step } from '../render/plan.js';
import { DEFAULTS } from '../settings/defaults.js';
import type { EngineConfig } from '../settings/engine-config.js';
import { awaitMirror } from './await-mirror.js';
import type { CliContext, Command } from './command.js';
import { describeProblem } from './engine-port.js';
import { CommandFailure } from './errors.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { launchSupervisor } from './launch-supervisor.js';
import { askedPort, mirrorPath, PATH_OPTION } from './location.js';
import { lookAtMirror } from './mirror-state.js';
import { isPortTaken, mirrorFolderOf, portTakenError } from './port-conflict.js';
import { welcome } from './welcome.js';

/** The options of `start` and `restart`. */
export const START_OPTIONS = {
  ...PATH_OPTION,
  port: {
    type: 'number',
    describe: 'The port, for a mirror that has no config.yml yet',
    defaultText: `$DOCKER_MIRROR_PORT, else ${DEFAULTS.port}`,
  },
  'dry-run': { type: 'flag', describe: 'Only say what would be done' },
} as const;

/** `docker-mirror start` */
export const startCommand: Command = {
  usage: 'start',
  summary: 'Set the mirror up where it is not, start it in the background, and wait until it answers',
  options: START_OPTIONS,
  examples: [
    ['$0 start', "in this user's default folder, on port 5000"],
    ['$0 start --path /srv/mirror --port 5005', 'somewhere else'],
    ['$0 start --dry-run', 'show what would be done'],
  ],
  async run(args, context) {
    const layout = layoutOf(mirrorPath(args, context));
    const port = askedPort(args, context);
    const supervised = await isSupervised(layout, context);
    const existing = await existingOf(layout);
    const config = existing.has(layout.config) ? '' : await firstConfig(layout, port);
    const steps = planStart({ layout, existing, running: supervised, config });
    if (args.flag('dry-run')) return showPlan(steps, context);
    await applySteps(
      steps.filter((step): step is FileStep => step.kind !== 'start-mirror'),
      layout.made,
    );
    const loaded = await loadConfig(layout, context);
    warnAboutPort(port, loaded, layout, context);
    return await startAndWait(layout, loaded, supervised, context);
  },
};

/** A damaged state must not keep the mirror from starting: what it told is found out again. */
async function isSupervised(layout: Layout, { stderr }: CliContext): Promise<boolean> {
  try {
    return (await lookAtMirror(layout)).supervised;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    stderr.write(`warning: ${error.message}; it is begun anew\n`);
    await rm(stateFile(layout.run), { force: true });
    return false;
  }
}

async function firstConfig(layout: Layout, port: number | undefined): Promise<string> {
  // Loaded when it is needed, which is once: every other command starts faster without.
  const { renderRegistryConfig } = await import('../render/registry-config.js');
  return renderRegistryConfig(DEFAULTS, layout, port ?? DEFAULTS.port);
}

function showPlan(steps: readonly Step[], { stdout }: CliContext): ExitCode {
  const lines = steps.map((step, index) => `${index + 1}. ${describeStep(step)}\n`);
  stdout.write(lines.length === 0 ? 'Nothing is to be done: the mirror runs.\n' : lines.join(''));
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

async function loadConfig(layout: Layout, context: CliContext): Promise<EngineConfig> {
  const { config, warnings } = await context.engine.loadConfig(layout.config, context.env);
  for (const warning of warnings) context.stderr.write(`warning: ${describeProblem(warning)}\n`);
  if (config.http.listen.port === 0) {
    throw new CommandFailure(`http.addr in ${layout.config} leaves the port open`, {
      hint: 'a mirror in the background needs a port that its clients know: write one, such as localhost:5000',
    });
  }
  return config;
}

/** A config.yml that is there is never changed: then a port that was asked for has no effect, and silence would be a lie. */
function warnAboutPort(
  port: number | undefined,
  config: EngineConfig,
  layout: Layout,
  { stderr }: CliContext,
): void {
  const inForce = config.http.listen.port;
  if (port === undefined || port === inForce) return;
  stderr.write(
    `warning: port ${port} was asked for, but ${layout.config} says ${inForce}, and that is in force\n` +
      'hint: change http.addr in that file, then run "docker-mirror restart"\n',
  );
}

async function startAndWait(
  layout: Layout,
  config: EngineConfig,
  supervised: boolean,
  context: CliContext,
): Promise<ExitCode> {
  if (!supervised && (await isPortTaken(config.http))) await refuseUnlessOurs(layout, config);
  const launched = supervised ? undefined : await launchSupervisor(layout, config.http, context);
  const supervisor = await awaitMirror(layout, config.http, launched, context);
  const started = launched !== undefined && launched === supervisor;
  context.stdout.write(welcome(layout, config, started));
  return EXIT.ok;
}

/** The port may be held by this very mirror: by another start's that is a moment ahead, or by one whose supervisor was killed. */
async function refuseUnlessOurs(layout: Layout, config: EngineConfig): Promise<void> {
  const { port } = config.http.listen;
  const [holder, { state }] = await Promise.all([portHolder(port), lookAtMirror(layout)]);
  if (holder !== undefined) {
    if (mirrorFolderOf(holder) === layout.root || state?.program?.pid === holder.pid) return;
  }
  throw await portTakenError(port, layout.config);
}

import { applyStep } from '../../render/apply.js';
import type { HostStep } from '../../render/host/step.js';
import type { UnitScope } from '../../render/host/wanted.js';
import type { Layout } from '../../render/layout.js';
import { describeStep, type Step } from '../../render/plan.js';
import { mirrorFolders } from '../../render/service.js';
import { SERVICE_UNIT, SOCKET_UNIT, TIMER_UNIT } from '../../render/unit-names.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { changeHost } from '../host-change.js';
import { lookAtMirror } from '../mirror-state.js';
import { isPortTaken, portTakenError } from '../port-conflict.js';
import { type PreparedStart, prepareStart } from '../prepare-start.js';
import type { StartManner } from '../start-mirror.js';
import { stopMirror } from '../stop-mirror.js';
import { namesOf, trySyncList } from '../sync-list.js';
import { findService, type InstalledService } from './installed-service.js';
import { FOLDER_PART, SERVICE_PART } from './parts.js';
import { type PreparedService, prepareService } from './prepare-service.js';
import { awaitService, serviceFailure } from './service-answer.js';
import { isRunning, systemctl } from './units-at-work.js';

/** A change of files in the mirror's own folder. */
type FolderStep = Exclude<Step, { readonly kind: 'make-folder' | 'start-mirror' | 'stop-mirror' }>;

/**
 * Makes a mirror a service of systemd as the settings say, or brings one that is there up to date: only what changed is written, and only
 * then is it started again. A mirror that ran without units is taken over.
 */
export async function applyService(
  args: Arguments,
  given: CliContext,
  scope: UnitScope,
  manner: StartManner,
): Promise<ExitCode> {
  const context = withoutOverrides(given);
  const start = await prepareStart(args, context, { supervised: async () => false, restart: false });
  const { layout } = start;
  const installed = await findService(scope, context);
  refuseAnother(installed, layout);
  const service = await prepareService(start, scope, context);
  const { supervised } = await lookAtMirror(layout);
  await refuseTakenPort(start, service, { installed, supervised });
  const steps = start.steps.filter(
    (step): step is FolderStep => !['make-folder', 'start-mirror', 'stop-mirror'].includes(step.kind),
  );
  if (args.flag('dry-run')) return await show({ start, service, supervised, steps, scope, args }, context);
  await checkEditedFiles(start, context);
  const wasRunning = installed !== undefined && (await isRunning(SERVICE_UNIT, scope));
  if (supervised) {
    await stopMirror(layout, await manner.stopTimeout(layout));
    context.stdout.write('The mirror that ran without systemd has stopped; it goes on as a service.\n');
  }
  const change = { force: args.flag('force'), dryRun: false } as const;
  await changeHost(
    { ...change, part: FOLDER_PART, what: { kind: 'apply', wanted: mirrorFolders(layout) } },
    context,
  );
  for (const step of steps) {
    if (step.kind === 'sync-list') await trySyncList(layout, namesOf(start.prepared.settings), context);
    else await applyStep(step);
  }
  try {
    const { steps: done } = await changeHost(
      { ...change, part: SERVICE_PART, what: { kind: 'apply', wanted: service.wanted } },
      context,
    );
    const restarted = done.some(startsService);
    if (manner.restart && !restarted) await systemctl('restart', [SERVICE_UNIT], scope);
    const idle = await startIdle(service, scope);
    return await awaitService({ start, scope, started: restarted || !wasRunning || idle }, context);
  } catch (error) {
    throw await serviceFailure(error, scope);
  }
}

/** What overrides config.yml here does not where systemd starts it. */
function withoutOverrides(context: CliContext): CliContext {
  const names = Object.keys(context.env).filter(
    (name) => name.startsWith('REGISTRY_') && name !== 'REGISTRY_AUTH_FILE',
  );
  if (names.length === 0) return context;
  context.stderr.write(
    `warning: ${names.join(', ')}: no effect on a service of systemd\n` +
      'hint: write it into /etc/docker-mirror/environment, which the service reads\n',
  );
  return {
    ...context,
    env: { ...context.env, ...Object.fromEntries(names.map((name) => [name, undefined])) },
  };
}

function refuseAnother(installed: InstalledService | undefined, { root }: Layout): void {
  if (installed === undefined || installed.folder === root) return;
  throw new CommandFailure(
    `the service of systemd is the mirror in ${installed.folder}; this one would be in ${root}`,
    {
      hint: `"docker-mirror start --path ${root}" starts this one beside it, without systemd; "docker-mirror uninstall --path ${installed.folder}" removes the other`,
    },
  );
}

/** A mirror that runs is not stopped for a port that somebody else has. */
async function refuseTakenPort(
  { config, layout }: PreparedStart,
  { units }: PreparedService,
  { installed, supervised }: { installed: InstalledService | undefined; supervised: boolean },
): Promise<void> {
  const { port } = config.http.listen;
  const isOurs = installed?.socket === units.get(SOCKET_UNIT) || listensOn(installed?.socket, port);
  // One without systemd has it, and is stopped first.
  if (isOurs || supervised || !(await isPortTaken(config.http))) return;
  throw await portTakenError(port, layout.config);
}

function listensOn(socket: string | undefined, port: number): boolean {
  return (
    socket
      ?.split('\n')
      .some((line) => /^ListenStream=(?:.*:)?\d+$/.test(line) && line.endsWith(String(port))) === true
  );
}

async function checkEditedFiles(
  { prepared, config, layout }: PreparedStart,
  context: CliContext,
): Promise<void> {
  if (prepared.wanted === config) return;
  await context.engine.checkFiles(layout.config, config, context.env);
}

function startsService(step: HostStep): boolean {
  return (
    step.kind === 'perform' &&
    step.action.kind === 'unit' &&
    step.action.verb === 'restart' &&
    step.action.unit === SERVICE_UNIT
  );
}

/** Starts what somebody stopped. @returns whether the mirror was among it */
async function startIdle({ units }: PreparedService, scope: UnitScope): Promise<boolean> {
  const idle = await idleUnits(units, scope);
  if (idle.length > 0) {
    await systemctl('reset-failed', idle, scope);
    await systemctl('start', idle, scope);
  }
  return idle.includes(SERVICE_UNIT);
}

async function idleUnits(units: PreparedService['units'], scope: UnitScope): Promise<string[]> {
  const running = [SOCKET_UNIT, SERVICE_UNIT, TIMER_UNIT].filter((unit) => units.has(unit));
  const states = await Promise.all(running.map((unit) => isRunning(unit, scope)));
  return running.filter((_, index) => states[index] === false);
}

async function show(
  plan: {
    readonly start: PreparedStart;
    readonly service: PreparedService;
    readonly supervised: boolean;
    readonly steps: readonly FolderStep[];
    readonly scope: UnitScope;
    readonly args: Arguments;
  },
  context: CliContext,
): Promise<ExitCode> {
  const { start, service, supervised, steps, scope, args } = plan;
  const lines: string[] = [];
  const quiet = { ...context, stdout: { isTerminal: false, write: (text: string) => void lines.push(text) } };
  if (supervised) lines.push('# stop the mirror that runs without systemd\n');
  const change = { force: args.flag('force'), dryRun: true } as const;
  const apply = (part: string, wanted: PreparedService['wanted']) =>
    changeHost({ ...change, part, what: { kind: 'apply', wanted } }, quiet);
  const folder = await apply(FOLDER_PART, mirrorFolders(start.layout));
  lines.push(...steps.map((step) => `# ${describeStep(step)}\n`));
  const units = await apply(SERVICE_PART, service.wanted);
  const isNothing = [folder, units].every(
    ({ steps: all, refused }) => refused.length === 0 && all.every(({ kind }) => kind === 'note'),
  );
  const idle = (await idleUnits(service.units, scope)).map((unit) => `# start ${unit}\n`);
  const shown = lines.filter((line) => line !== 'Nothing is to be done.\n');
  if (isNothing) shown.push(...idle);
  context.stdout.write(shown.length === 0 ? 'Nothing is to be done.\n' : shown.join(''));
  return EXIT.ok;
}

import { hostPort } from '../host/address.js';
import { readTextIfThere } from '../host/files.js';
import { type Layout, layoutOf } from '../render/layout.js';
import { SERVICE_UNIT } from '../render/unit-names.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { CliContext, Command } from './command.js';
import { baseUrl, listenAddresses, probeMirror } from './endpoint.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import { lookAtMirror, type MirrorState } from './mirror-state.js';
import { describeError } from './report.js';
import { logCommand } from './service/log-command.js';
import { serviceState } from './service/service-state.js';

/** What `status --json` prints. Fields may be added; those here keep their names and meanings. */
export interface StatusReport {
  readonly version: 1;
  /** Whether systemd or the supervisor runs it. */
  readonly running: boolean;
  /** The unit of systemd that it is; null when it is none. */
  readonly service: string | null;
  /** Whether `/v2/` answers with 200 or 401. */
  readonly answers: boolean;
  /** Why it does not run or answer, or what is wrong with its configuration; null when all is well. */
  readonly problem: string | null;
  readonly path: string;
  readonly config: string;
  /** Its file; of a service the command that shows it. */
  readonly log: string;
  /** Where the images are stored; null when there is no readable configuration. */
  readonly data: string | null;
  /** As people name it, `http://localhost:5000`; null when there is no readable configuration. */
  readonly url: string | null;
  readonly addresses: readonly string[];
  /** The mirror's process; null when it does not run. */
  readonly pid: number | null;
  readonly supervisorPid: number | null;
  /** When the running mirror process was started, ISO 8601. */
  readonly since: string | null;
  /** How often it died and was started again since `start`. */
  readonly restarts: number;
  readonly lastExit: {
    readonly code: number | null;
    readonly signal: string | null;
    readonly at: string;
  } | null;
}

const NOT_SUPERVISED: MirrorState = { state: undefined, supervised: false, programRunning: false };

/** `docker-mirror status` */
export const statusCommand: Command = {
  usage: 'status',
  summary:
    'Say whether the mirror runs and answers (exit status 0; 1 runs but does not answer; 3 does not run)',
  options: { ...PATH_OPTION, json: { type: 'flag', describe: 'Print JSON, for programs' } },
  examples: [
    ['$0 status', 'for people'],
    ['$0 status --json', 'for programs; the fields are in docs/commands.md'],
  ],
  async run(args, context) {
    const report = await gather(layoutOf(mirrorPath(args, context)), context);
    context.stdout.write(args.flag('json') ? `${JSON.stringify(report, undefined, 2)}\n` : describe(report));
    return exitCode(report);
  },
};

function exitCode({ running, answers }: StatusReport): ExitCode {
  if (!running) return EXIT.notRunning;
  return answers ? EXIT.ok : EXIT.failed;
}

async function gather(layout: Layout, context: CliContext): Promise<StatusReport> {
  const service = await serviceState(layout, context);
  const mirror = service === undefined ? await lookAtMirror(layout) : NOT_SUPERVISED;
  const { config, problem: configProblem } = await readConfig(layout, context);
  const http = config?.http;
  const probe =
    http !== undefined && (service?.running ?? mirror.programRunning) ? await probeMirror(http) : undefined;
  const problem =
    configProblem ??
    service?.problem ??
    whyNotRunning(mirror) ??
    (probe?.answers === false ? probe.reason : null);
  const { state, supervised, programRunning } = mirror;
  return {
    version: 1,
    running: service?.running ?? supervised,
    service: service === undefined ? null : SERVICE_UNIT,
    answers: probe?.answers === true,
    problem,
    path: layout.root,
    config: layout.config,
    log: service === undefined ? layout.log : logCommand(service.service.scope),
    data: config?.storage.rootDirectory ?? null,
    url: http === undefined ? null : baseUrl(http),
    addresses: http === undefined ? [] : listenAddresses(http).map(hostPort),
    pid: service?.pid ?? (programRunning ? (state?.program?.pid ?? null) : null),
    supervisorPid: supervised ? (state?.supervisor.pid ?? null) : null,
    since: service?.since ?? (programRunning ? (state?.programStartedAt ?? null) : null),
    restarts: service?.restarts ?? state?.restarts ?? 0,
    lastExit: state?.lastExit ?? null,
  };
}

async function readConfig(
  layout: Layout,
  context: CliContext,
): Promise<{ config?: EngineConfig; problem?: string }> {
  try {
    if ((await readTextIfThere(layout.config)) === undefined) return { problem: 'it is not set up' };
    return { config: (await context.engine.loadConfig(layout.config, context.env)).config };
  } catch (error) {
    // A status is asked for most when something is wrong: the error is a part of it.
    return { problem: describeError(error).trim() };
  }
}

function whyNotRunning({ state, supervised, programRunning }: MirrorState): string | undefined {
  if (supervised) return state?.phase === 'waiting' ? 'it died and is about to be started again' : undefined;
  if (programRunning) return 'its supervisor was killed; "docker-mirror start" puts that right';
  if (state?.phase === 'failed') return `it gave up: the mirror ended with status ${state.lastExit?.code}`;
  if (state !== undefined && state.phase !== 'stopped') return 'it was killed, or the host was restarted';
  return undefined;
}

function describe(report: StatusReport): string {
  const rows: [string, string | null][] = [
    ['mirror', headline(report)],
    ['address', report.url],
    ['listens on', report.running ? report.addresses.join(' and ') : null],
    ['since', report.since],
    [
      'process',
      report.pid === null
        ? null
        : `${report.pid}, supervised by ${report.service ?? report.supervisorPid ?? 'none'}`,
    ],
    ['restarts', report.running ? String(report.restarts) : null],
    ['problem', report.problem],
    ['data', report.data],
    ['configuration', report.config],
    ['log', report.log],
  ];
  return rows
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name.padEnd(15)}${value}\n`)
    .join('');
}

function headline({ running, answers }: StatusReport): string {
  if (!running) return 'not running';
  return answers ? 'running' : 'running, but not answering';
}

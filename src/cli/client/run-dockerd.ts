import type { Arguments, CliContext } from '../command.js';
import { UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { applyDocker } from './apply-docker.js';
import { type DockerFacts, lookForDocker } from './docker-facts.js';
import { removeDocker } from './remove-docker.js';

/** What `client dockerd --json` prints. Fields may be added; those here keep their names and meanings. */
interface DockerReport {
  readonly version: 1;
  /** The daemon.json. */
  readonly file: string;
  /** As in `DOCKER_HOST`. */
  readonly host: string;
  /** Null when no engine answers. */
  readonly engine: string | null;
  /** The mirrors that the engine uses afterwards. */
  readonly mirrors: readonly string[];
  /** Whether all is as asked for; what was not to be done is not. */
  readonly done: boolean;
  /** What was done, or would be, in words. */
  readonly steps: readonly string[];
}

/** What came of a change to Docker. */
export interface DockerOutcome {
  readonly steps: readonly string[];
  readonly status: ExitCode;
  /** Whether nothing is left to be done. */
  readonly done: boolean;
}

/** `docker-mirror client dockerd`: shows, makes or undoes the change. */
export async function runDockerd(args: Arguments, context: CliContext): Promise<ExitCode> {
  if (args.flag('apply') && args.flag('remove')) {
    throw new UsageError('--apply and --remove are two different things: give one of them');
  }
  const isJson = args.flag('json');
  const inner = isJson ? { ...context, stdout: { isTerminal: false, write: () => undefined } } : context;
  const facts = await lookForDocker(args, context);
  const change = args.flag('remove') ? removeDocker : applyDocker;
  const outcome = await change(args, inner, facts);
  if (isJson) {
    const report = await reportOf(args, context, facts, outcome);
    context.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  }
  return outcome.status;
}

async function reportOf(
  args: Arguments,
  context: CliContext,
  { places }: DockerFacts,
  { steps, done, status }: DockerOutcome,
): Promise<DockerReport> {
  const { info } = await lookForDocker(args, context);
  return {
    version: 1,
    file: places.file,
    host: places.host,
    engine: info?.version ?? null,
    mirrors: info?.mirrors ?? [],
    done: done && status === EXIT.ok,
    steps,
  };
}

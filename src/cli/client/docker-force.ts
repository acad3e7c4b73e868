import { MirrorError } from '../../errors.js';
import type { DockerdInfo } from '../../host/dockerd.js';
import { type RestartWay, reloadDocker, restartBy, restartWays } from '../../host/dockerd-reload.js';
import { socketOf } from '../../render/clients/docker-places.js';
import { awaitEngine } from '../../render/clients/forget-mirror.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure, Interrupted } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { describeError } from '../report.js';
import type { DockerFacts } from './docker-facts.js';

/** Milliseconds that a restarted engine may take until it answers. */
const START_PATIENCE = 60_000;

/**
 * Sees to it that the engine acts on what was changed: by a reload, and only if that is not enough by a restart, which somebody has to agree to.
 * @param isSo whether the engine is as it should be
 * @throws CommandFailure when it is not, and what has to be done
 */
export async function bringIntoForce(
  { places, info, isUsual }: DockerFacts,
  isSo: (info: DockerdInfo) => boolean,
  args: Arguments,
  context: CliContext,
): Promise<ExitCode> {
  const { stdout } = context;
  const { host, pidFile = '' } = places;
  if (info === undefined) {
    stdout.write(`No Docker engine answers at ${host}; it reads ${places.file} when it starts.\n`);
    return EXIT.ok;
  }
  if (await awaitEngine(host, isSo, 1_000)) return EXIT.ok;
  const reloaded = await reloadDocker({ pidFile, socket: socketOf(host) });
  if (reloaded && (await awaitEngine(host, isSo))) return EXIT.ok;
  const ways = isUsual && places.kind !== 'desktop' ? await restartWays(process.platform) : [];
  if (ways.length === 0) {
    const what = places.kind === 'desktop' ? 'Docker Desktop' : 'it the way it was started';
    throw new CommandFailure(`Docker at ${host} goes on as before until it is restarted`, {
      hint: `restart ${what}; ${places.file} is as it should be`,
    });
  }
  await consent(info, ways, args, context);
  await restart(ways, context);
  if (await awaitEngine(host, isSo, START_PATIENCE)) return EXIT.ok;
  throw new CommandFailure(`Docker was restarted and does not use what ${places.file} says`, {
    hint: 'look at its log, and at "docker info"',
  });
}

/** A restart stops containers: it is not done behind anybody's back. */
async function consent(
  info: DockerdInfo,
  ways: readonly RestartWay[],
  args: Arguments,
  { stdin, stdout, interrupted }: CliContext,
): Promise<void> {
  if (args.flag('restart')) return;
  const { containersRunning, liveRestore } = info;
  const cost =
    containersRunning === 0 || liveRestore ? '' : ` This stops the ${containersRunning} containers that run.`;
  const refusal = new CommandFailure('Docker has not taken the change by a reload; it needs a restart', {
    hint: `give --restart, or run "${[ways[0]?.program, ...(ways[0]?.args ?? [])].join(' ')}" when it suits.${cost}`,
  });
  if (!stdin.isTerminal || !stdout.isTerminal) throw refusal;
  stdout.write(`Docker has not taken the change by a reload. Restart it now?${cost} [y/N] `);
  const lines = stdin.open();
  try {
    const answer = await lines.next(interrupted);
    if (interrupted.aborted) throw new Interrupted('interrupted: Docker was not restarted');
    if (answer === undefined || !/^y(?:es)?$/i.test(answer.trim())) throw refusal;
  } finally {
    lines.close();
  }
}

/** The first way that works. */
async function restart(ways: readonly RestartWay[], { stdout, stderr }: CliContext): Promise<void> {
  const failures: unknown[] = [];
  for (const way of ways) {
    try {
      stdout.write(`restart Docker: ${[way.program, ...way.args].join(' ')}\n`);
      await restartBy(way);
      return;
    } catch (error) {
      if (!(error instanceof MirrorError)) throw error;
      stderr.write(describeError(error).replace(/^docker-mirror: /, 'warning: '));
      failures.push(error);
    }
  }
  throw new CommandFailure('Docker could not be restarted', { cause: failures[0] });
}

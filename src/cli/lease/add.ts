import { asOwner } from '../../host/act-as-owner.js';
import { readTextIfThere } from '../../host/files.js';
import { type Layout, layoutOf } from '../../render/layout.js';
import { parseDuration } from '../../settings/duration.js';
import { addLease } from '../../upkeep/leases.js';
import type { Arguments, CliContext, Command } from '../command.js';
import { probeMirror } from '../endpoint.js';
import { configProblems } from '../engine-port.js';
import { UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { mirrorPath, PATH_OPTION } from '../location.js';
import { lookAtMirror } from '../mirror-state.js';
import { startMirror } from '../start-mirror.js';
import { stopTimeout } from '../stop.js';
import { AS_OF_OPTION, asOf } from './as-of.js';

const HOUR_MS = 3_600_000;
/** Where the settings name no mirror of this host. */
const TTL_HOURS = 168;

/** `docker-mirror lease add` */
export const leaseAddCommand: Command = {
  usage: 'add <name>',
  summary: 'Take or renew a lease, and start the mirror unless it runs',
  positionals: { name: { type: 'text', describe: 'Who needs the mirror, such as the name of a guest' } },
  options: {
    ...PATH_OPTION,
    ttl: {
      type: 'text',
      describe: 'After how long it runs out unless it is renewed, such as 90m or 12h',
      defaultText: 'DOCKER_MIRROR_LEASE_HOURS of the settings',
    },
    ...AS_OF_OPTION,
  },
  examples: [['$0 lease add vm1 --ttl 12h', 'for a guest that runs until tonight']],
  async run(args, context) {
    const asked = askedTtl(args);
    const said = asOf(args);
    const layout = layoutOf(mirrorPath(args, context));
    const ttl = asked ?? (await usualTtl(context));
    const name = args.text('name') ?? '';
    // First, so that a mirror that is about to stop sees it.
    // Written as the user whom the mirror runs as, who removes it when it is old; it may take root to start the mirror.
    const lease = await asOwner(layout.leases, () => addLease(layout.leases, name, ttl, said));
    if (Date.parse(lease.expires) <= Date.now()) {
      context.stdout.write(`The lease of ${name} was given back meanwhile.\n`);
      return EXIT.ok;
    }
    context.stdout.write(`${name} has a lease until ${lease.expires}.\n`);
    if (await answers(layout, context)) return EXIT.ok;
    return await start(layout, args, context);
  },
};

/** @throws UsageError */
function askedTtl(args: Arguments): number | undefined {
  const text = args.text('ttl');
  if (text === undefined) return undefined;
  const ttl = parseDuration(text);
  if (ttl !== undefined && ttl > 0 && ttl <= 87_600 * HOUR_MS) return ttl;
  throw new UsageError('--ttl is a time such as 30s, 90m or 12h, of ten years at most');
}

/** Milliseconds. */
async function usualTtl({ settings, env }: CliContext): Promise<number> {
  const { mirror } = (await settings.load(env, false)).settings;
  return (mirror?.leases.hours ?? TTL_HOURS) * HOUR_MS;
}

/** Whether the mirror runs, whoever keeps it running. A lease changes nothing about one that does. */
async function answers(layout: Layout, { engine, env }: CliContext): Promise<boolean> {
  try {
    if ((await readTextIfThere(layout.config)) === undefined) return false;
    const { config } = await engine.loadConfig(layout.config, env);
    return (await probeMirror(config.http)).answers;
  } catch (error) {
    // Said by the start that follows.
    if (configProblems(error) !== undefined) return false;
    throw error;
  }
}

async function start(layout: Layout, args: Arguments, context: CliContext): Promise<ExitCode> {
  const manner = { restart: false, stopTimeout: () => stopTimeout(args, layout, context) };
  try {
    return await startMirror(args, context, manner);
  } catch (error) {
    // One that had just decided to stop is gone now, and can be started.
    if (context.interrupted.aborted || (await lookAtMirror(layout)).supervised) throw error;
    return await startMirror(args, context, manner);
  }
}

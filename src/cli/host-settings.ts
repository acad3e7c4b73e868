import { existsSync } from 'node:fs';
import { readHostRecord } from '../render/host/record.js';
import type { Arguments, CliContext } from './command.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { installedFolder, partFiles } from './installed-state.js';
import { reportError } from './report.js';

/** Names of parts, as the commands that make them have them. */
const NFS_PART = 'nfs';
const DOCKER_PART = 'client-dockerd';

/**
 * Does to the rest of this host what the settings say, once the mirror answers: Docker uses it, its folder is shared. What the settings
 * no longer share is shared no longer; Docker is left as it is when they say nothing about it, as it may have been configured by hand.
 * One that fails does not keep the other from being done.
 */
export async function applyHostSettings(args: Arguments, context: CliContext): Promise<ExitCode> {
  const isOn = (symbol: string) => context.settings.written(symbol, context.env) === 'y';
  const statuses: ExitCode[] = [];
  if (
    isOn('DOCKER_MIRROR_CONFIGURE_DOCKER') &&
    (await mayChange('DOCKER_MIRROR_CONFIGURE_DOCKER', context))
  ) {
    const { runDockerd } = await import('./client/run-dockerd.js');
    statuses.push(await reported(context, () => runDockerd(withFlags(args, 'apply', 'restart'), context)));
  }
  if (isOn('DOCKER_MIRROR_NFS') && (await mayChange('DOCKER_MIRROR_NFS', context))) {
    const { runNfs } = await import('./nfs/run-nfs.js');
    statuses.push(
      await reported(context, () => runNfs(withFlags(args, 'apply', 'install-packages'), context)),
    );
  } else if (!isOn('DOCKER_MIRROR_NFS') && (await isNoted(NFS_PART, context))) {
    const { runNfs } = await import('./nfs/run-nfs.js');
    statuses.push(await reported(context, () => runNfs(withFlags(args, 'remove'), context)));
  }
  return statuses.find((status) => status !== EXIT.ok) ?? EXIT.ok;
}

/** Takes back all that was done for Docker and for sharing. */
export async function removeHostSettings(args: Arguments, context: CliContext): Promise<ExitCode> {
  const statuses: ExitCode[] = [];
  if (await isNoted(DOCKER_PART, context)) {
    const { runDockerd } = await import('./client/run-dockerd.js');
    statuses.push(await reported(context, () => runDockerd(withFlags(args, 'remove', 'dry-run'), context)));
  }
  if (await isNoted(NFS_PART, context)) {
    const { runNfs } = await import('./nfs/run-nfs.js');
    statuses.push(await reported(context, () => runNfs(withFlags(args, 'remove', 'dry-run'), context)));
  }
  return statuses.find((status) => status !== EXIT.ok) ?? EXIT.ok;
}

/** Whether this user may do it; if not, it is said: the mirror itself runs all the same. */
async function mayChange(
  symbol: 'DOCKER_MIRROR_CONFIGURE_DOCKER' | 'DOCKER_MIRROR_NFS',
  { uid, env, home, stderr }: CliContext,
): Promise<boolean> {
  if (uid === 0 || uid === undefined) return true;
  if (symbol === 'DOCKER_MIRROR_CONFIGURE_DOCKER') {
    const { dockerPlaces } = await import('../render/clients/docker-places.js');
    const { kind } = dockerPlaces({ platform: process.platform, env, uid, home, isThere: existsSync });
    if (kind !== 'engine') return true;
  }
  const command = symbol === 'DOCKER_MIRROR_NFS' ? 'nfs' : 'client dockerd';
  stderr.write(`warning: ${symbol} needs root: run "sudo docker-mirror ${command} --apply"\n`);
  return false;
}

async function isNoted(part: string, context: CliContext): Promise<boolean> {
  const { entries } = await readHostRecord(partFiles(installedFolder(context), part).record);
  return entries.length > 0;
}

async function reported(context: CliContext, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    return reportError(error, context.stderr);
  }
}

/** The first flag is set; of the others those that were given. Nothing else of another command's words counts but the folder. */
function withFlags(args: Arguments, set: string, ...passed: readonly string[]): Arguments {
  return {
    text: (name) => (name === 'path' ? args.text('path') : undefined),
    number: () => undefined,
    flag: (name) => name === set || (passed.includes(name) && args.flag(name)),
    list: () => [],
    rest: [],
  };
}

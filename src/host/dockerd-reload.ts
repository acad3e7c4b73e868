import { MirrorError } from '../errors.js';
import { type DockerdProcess, findDockerd, reloadDockerd } from './dockerd-process.js';
import { run } from './exec.js';

/** The service that distributions and Docker's own packages start the engine as. */
const UNIT = 'docker.service';

/**
 * Has a Docker engine read its configuration again: through systemd when it is a service of it, else by SIGHUP. One that does not run
 * reads it when it starts.
 * @returns whether there was one
 * @throws CommandError, or the system's error, such as EPERM
 */
export async function reloadDocker(where: {
  readonly pidFile: string;
  readonly socket?: string | undefined;
}): Promise<boolean> {
  const found = await findDockerd({ socket: where.socket, pidFile: where.pidFile });
  if (found === undefined) return false;
  const scope = await scopeOf(found);
  if (scope === undefined) return await reloadDockerd(found);
  await run('systemctl', [`--${scope}`, 'reload', UNIT]);
  return true;
}

/** A way to restart the engine. */
export interface RestartWay {
  readonly program: string;
  readonly args: readonly string[];
}

/** What manages the engine on this host, best first. */
export async function restartWays(platform: NodeJS.Platform): Promise<RestartWay[]> {
  const ways: readonly (RestartWay & { readonly isThere: () => Promise<boolean> })[] = [
    ...(['system', 'user'] as const).map((scope) => ({
      program: 'systemctl',
      args: [`--${scope}`, 'restart', UNIT],
      isThere: async () => (await unitProperty(scope, 'ActiveState')) === 'active',
    })),
    {
      program: 'service',
      args: ['docker', 'restart'],
      isThere: () => succeeds('service', ['docker', 'status']),
    },
    {
      program: 'brew',
      args: ['services', 'restart', 'docker'],
      isThere: async () => platform === 'darwin' && (await succeeds('brew', ['services', 'info', 'docker'])),
    },
  ];
  const found: RestartWay[] = [];
  for (const { program, args, isThere } of ways) if (await isThere()) found.push({ program, args });
  return found;
}

/** Milliseconds that a restart may take: containers are stopped first. */
const RESTART_PATIENCE = 180_000;

/** @throws CommandError */
export async function restartBy({ program, args }: RestartWay): Promise<void> {
  await run(program, args, { timeout: RESTART_PATIENCE });
}

/** The manager whose service this process is the main one of. */
async function scopeOf({ pid }: DockerdProcess): Promise<'system' | 'user' | undefined> {
  for (const scope of ['system', 'user'] as const) {
    if ((await unitProperty(scope, 'MainPID')) === String(pid)) return scope;
  }
  return undefined;
}

async function unitProperty(scope: 'system' | 'user', name: string): Promise<string> {
  try {
    const args = [`--${scope}`, 'show', '--property', name, '--value', UNIT];
    return (await run('systemctl', args, { timeout: 5_000 })).stdout.trim();
  } catch (error) {
    // No systemctl, or no such manager: then nothing is managed by it.
    if (error instanceof MirrorError) return '';
    throw error;
  }
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(program, args, { timeout: 10_000 });
    return true;
  } catch (error) {
    if (error instanceof MirrorError) return false;
    throw error;
  }
}

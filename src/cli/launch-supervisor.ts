import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { asFileError } from '../host/files.js';
import type { Layout } from '../render/layout.js';
import type { HttpConfig } from '../settings/engine-config.js';
import type { CliContext } from './command.js';
import { drainTime } from './drain-time.js';

/**
 * Starts this program's `supervise` in a session of its own, so that neither Ctrl-C nor the end of the terminal reaches it.
 * @returns its process id
 * @throws FileError when the log cannot be written or the program not be started
 */
export async function launchSupervisor(
  layout: Layout,
  http: HttpConfig,
  context: CliContext,
): Promise<number> {
  // What node itself says when it breaks down before or beside our own log.
  const log = await open(layout.log, 'a', 0o644).catch((error: unknown) => {
    throw asFileError(error, `cannot write the log ${layout.log}`);
  });
  try {
    const { program, args } = context.launch;
    const supervised = context.supervised;
    const rest = supervised === undefined ? [] : ['--', supervised.program, ...supervised.args];
    const drain = String(drainTime(http) / 1_000);
    const words = ['supervise', '--path', layout.root, '--drain', drain, ...rest];
    const child = spawn(program, [...args, ...words], {
      detached: true,
      // Not the caller's folder, which could then not be unmounted or removed.
      cwd: '/',
      stdio: ['ignore', log.fd, log.fd],
      env: { ...context.env },
    });
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error) => reject(asFileError(error, 'cannot start the supervisor')));
      child.once('spawn', () => {
        child.unref();
        resolve(child.pid ?? 0);
      });
    });
  } finally {
    await log.close();
  }
}

/** Set in the environment of a supervised program: its standard input ends when the supervisor is gone. */
export const SUPERVISED = 'DOCKER_MIRROR_SUPERVISED';

/**
 * Calls back once when the supervisor of this process has gone, even if it was killed with -9; never when there is none.
 * Watching does not keep the process alive.
 */
export function onSupervisorGone(
  env: Readonly<Record<string, string | undefined>>,
  input: NodeJS.ReadStream,
  gone: () => void,
): void {
  if (env[SUPERVISED] !== '1') return;
  input.once('close', gone);
  input.on('error', () => undefined);
  input.resume();
  input.unref();
}

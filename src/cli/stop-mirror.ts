import { errorCode } from '../errors.js';
import type { ProcessIdentity } from '../host/process-identity.js';
import { isRunning, signalProcess } from '../host/process-identity.js';
import { endProcess, untilGone } from '../host/supervisor/end-process.js';
import type { Layout } from '../render/layout.js';
import { CommandFailure } from './errors.js';
import { lookAtMirror } from './mirror-state.js';

/** How a stop went. */
export type StopResult = 'was not running' | 'stopped' | 'killed';

/**
 * Stops a mirror: the supervisor is told, and it tells the mirror. What is still there after the time given is killed; nothing in the
 * store is lost by that.
 * @param timeout milliseconds
 * @throws CommandFailure when this user may not stop it
 */
export async function stopMirror(layout: Layout, timeout: number): Promise<StopResult> {
  const { state, supervised, programRunning } = await lookAtMirror(layout);
  if (state === undefined || (!supervised && !programRunning)) return 'was not running';
  try {
    if (supervised) return await stopSupervised(layout, state.supervisor, timeout);
    // Its supervisor was killed: the program ends by itself, or now.
    return state.program === null || (await endProcess(state.program, timeout)) ? 'stopped' : 'killed';
  } catch (error) {
    if (errorCode(error) !== 'EPERM') throw error;
    throw new CommandFailure(`the mirror (process ${state.supervisor.pid}) was started by another user`, {
      hint: 'stop it as that user or as root',
      cause: error,
    });
  }
}

async function stopSupervised(
  layout: Layout,
  supervisor: ProcessIdentity,
  timeout: number,
): Promise<StopResult> {
  await signalProcess(supervisor, 'SIGTERM');
  if (await untilGone(supervisor, timeout)) return 'stopped';
  const program = (await lookAtMirror(layout)).state?.program;
  if (program !== null && program !== undefined) await signalProcess(program, 'SIGKILL');
  // With its program gone the supervisor ends by itself.
  if (!(await untilGone(supervisor, 5_000))) await signalProcess(supervisor, 'SIGKILL');
  await untilGone(supervisor, 5_000);
  if (await isRunning(supervisor)) {
    throw new CommandFailure(`process ${supervisor.pid} does not end`, {
      hint: 'it waits for a disk or a network file system that does not answer',
    });
  }
  return 'killed';
}

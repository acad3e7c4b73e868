import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessIdentity, signalProcess } from '../process-identity.js';

const POLL_MS = 50;

/**
 * Ends that very process: SIGTERM, and SIGKILL when it is still there after the time given.
 * @returns whether it ended before SIGKILL was needed
 * @throws the system's error, such as EPERM for a process of another user
 */
export async function endProcess(identity: ProcessIdentity, timeout: number): Promise<boolean> {
  if (!(await signalProcess(identity, 'SIGTERM'))) return true;
  if (await untilGone(identity, timeout)) return true;
  await signalProcess(identity, 'SIGKILL');
  // The kernel ends it as soon as it leaves an uninterruptible wait.
  await untilGone(identity, 5_000);
  return false;
}

/** Waits until a process has gone. @returns false when it is still there after the time given, in milliseconds */
export async function untilGone(identity: ProcessIdentity, timeout: number): Promise<boolean> {
  const end = performance.now() + timeout;
  while (await isRunning(identity)) {
    if (performance.now() >= end) return false;
    await sleep(POLL_MS);
  }
  return true;
}

import type { Logger } from '../host/log.js';
import { type Notice, type Notifier, serviceManager } from '../host/systemd/notify.js';
import { startWatchdog } from '../upkeep/watchdog.js';
import type { CliContext } from './command.js';
import type { RunningEngine } from './engine-port.js';

/** What a service manager is told from now on. */
export interface Reporting {
  /** To be called when the mirror begins to stop. */
  stopping(): Promise<void>;
}

/**
 * Tells systemd, when it has started this mirror, that it serves now, and from then on again and again that it is well. Nobody is told
 * anything otherwise.
 */
export async function reportToManager(
  engine: RunningEngine,
  logger: Logger,
  { env }: CliContext,
): Promise<Reporting> {
  const manager = serviceManager(env, process.pid);
  if (manager === undefined) return { stopping: async () => undefined };
  await tell(manager, 'READY=1', `serving on ${engine.addresses.join(' and ')}`, logger);
  const within = manager.watchdog;
  const endWatchdog =
    within === undefined
      ? () => undefined
      : startWatchdog({ within, check: engine.check, feed: () => manager.tell('WATCHDOG=1') }, logger);
  return {
    async stopping() {
      endWatchdog();
      await tell(manager, 'STOPPING=1', 'letting transfers finish', logger);
    },
  };
}

/** What cannot be told is logged, and serving goes on. */
async function tell(manager: Notifier, notice: Notice, status: string, logger: Logger): Promise<void> {
  try {
    await manager.tell(notice, status);
  } catch (error) {
    logger.error({ err: error, notice }, 'systemd could not be told');
  }
}

import { run } from '../exec.js';

/** What is told to systemd (sd_notify(3)). */
export type Notice =
  /** Serving has begun. */
  | 'READY=1'
  /** It is about to end. */
  | 'STOPPING=1'
  /** It is well. */
  | 'WATCHDOG=1';

/** The line to the service manager. */
export interface Notifier {
  /**
   * Tells systemd, and what it is to show in `systemctl status`; resolves once systemd has heard of it.
   * @throws CommandError
   */
  tell(notice: Notice, status?: string): Promise<void>;
  /** Milliseconds within which it wants to hear that all is well; undefined when it does not watch. */
  readonly watchdog: number | undefined;
}

/** Milliseconds. */
const PATIENCE = 10_000;

/**
 * The service manager that has started this process with `Type=notify`; undefined when there is none. The message is sent by the
 * program systemd-notify, as Node.js has no Unix datagram sockets: a few milliseconds each, two or three times a minute. It waits until
 * systemd has taken the message in, and so is still there when systemd looks whom it is from.
 */
export function serviceManager(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): Notifier | undefined {
  if ((env['NOTIFY_SOCKET'] ?? '') === '') return undefined;
  const microseconds = Number(env['WATCHDOG_USEC']);
  const isWatched = microseconds > 0 && [undefined, '', String(pid)].includes(env['WATCHDOG_PID']);
  return {
    watchdog: isWatched ? microseconds / 1_000 : undefined,
    async tell(notice, status) {
      const words = status === undefined ? [notice] : [notice, `STATUS=${status}`];
      await run('systemd-notify', words, { timeout: PATIENCE });
    },
  };
}

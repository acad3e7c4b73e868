import type { ChildProcess } from 'node:child_process';

/**
 * The next message a child sends, after one was sent to it.
 * @throws Error when it ends first
 */
export function exchange<Reply>(child: ChildProcess, message?: object | string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    function onMessage(reply: unknown): void {
      child.off('exit', onExit);
      resolve(reply as Reply);
    }
    function onExit(status: number | null, signal: string | null): void {
      child.off('message', onMessage);
      reject(new Error(`${child.spawnfile} ended with ${status ?? signal}`));
    }
    child.once('message', onMessage);
    child.once('exit', onExit);
    if (message !== undefined) child.send(message);
  });
}

import { errorCode } from '../errors.js';
import type { Logger } from '../host/log.js';

/**
 * Says once that the store cannot be written, and once that it can again: a full disk meets every request, and
 * the log is on the same disk more often than not.
 */
export class StoreAlarm {
  #raised: string | undefined;

  constructor(private readonly logger: Logger) {}

  /** To be called with every failure to write. */
  raise(error: unknown): void {
    const code = errorCode(error) ?? 'unknown';
    if (this.#raised === code) return;
    this.#raised = code;
    this.logger.error({ err: error }, 'the store cannot keep what arrives; clients are served without it');
  }

  /** To be called with every success. */
  clear(): void {
    if (this.#raised === undefined) return;
    this.#raised = undefined;
    this.logger.info('the store can be written again');
  }
}

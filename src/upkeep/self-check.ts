import { MirrorError } from '../errors.js';
import type { Address } from '../host/address.js';
import type { Logger } from '../host/log.js';
import { probeRegistry } from '../host/probe.js';
import type { Store } from '../store/port.js';

/** The mirror does not do what it is there for. */
export class NotWellError extends MirrorError {
  readonly code = 'NOT_WELL';
}

export interface SelfCheckOptions {
  readonly store: Pick<Store, 'probe'>;
  /** Where the mirror listens. */
  readonly addresses: readonly Address[];
  readonly tls: boolean;
  /** Whether clients need a certificate. */
  readonly clientCertificate: boolean;
}

/** Milliseconds. */
const ANSWER_WITHIN = 10_000;

/**
 * A look at itself: `/v2/` is asked through each listening socket, as clients ask, and the store is tried. A store that says what is
 * wrong with it, such as a full disk, is logged and is no reason to be started again: what is here is still served. A store that says
 * nothing is.
 */
export function createSelfCheck(
  { store, addresses, tls, clientCertificate }: SelfCheckOptions,
  logger: Logger,
): (signal: AbortSignal) => Promise<void> {
  let ails = false;

  async function tryStore(): Promise<void> {
    try {
      await store.probe();
      if (ails) logger.info('the store can be written again');
      ails = false;
    } catch (error) {
      if (!ails) logger.error({ err: error }, 'the store cannot be written');
      ails = true;
    }
  }

  async function askMyself(): Promise<void> {
    const options = { tls, clientCertificate, timeout: ANSWER_WITHIN };
    const answers = await Promise.all(addresses.map((address) => probeRegistry(address, options)));
    for (const answer of answers) {
      if (!answer.answers) throw new NotWellError(`the mirror does not answer itself: ${answer.reason}`);
    }
  }

  return async (signal) => {
    await unlessAborted(Promise.all([askMyself(), tryStore()]), signal);
  };
}

/** A disk that does not answer lets nobody give up waiting for it; this stops waiting. */
function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new NotWellError('the mirror or its store did not answer in time'));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work
      .then(
        () => resolve(),
        (error: unknown) => reject(error),
      )
      .finally(() => signal.removeEventListener('abort', giveUp));
  });
}

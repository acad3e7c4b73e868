import { MirrorError } from '../errors.js';
import { type Exchange, header } from './exchange.js';

/** The urgency of "background" in a `Priority` header, a dictionary of structured fields (RFC 9218 §4.1, RFC 9651 §3.2). */
const LOWEST = /(?:^|,)[ \t]*u=7[ \t]*(?=$|,|;)/;

/**
 * Whether nobody waits for the answer: the client says so by `Priority: u=7` (RFC 9218). Whoever says it is only slower himself, so
 * everybody may.
 */
export function isBackground(exchange: Exchange): boolean {
  const value = header(exchange, 'priority');
  return value !== undefined && LOWEST.test(value);
}

/** Nobody wants a blob any more that was fetched in the background. */
export class BackgroundLeftError extends MirrorError {
  readonly code = 'BACKGROUND_LEFT';

  constructor() {
    super('nobody waits for it any more');
  }
}

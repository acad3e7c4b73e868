import { MirrorError, type MirrorErrorOptions } from '../errors.js';

/**
 * What an upstream may answer, or fail to: it is not there (`UPSTREAM_NOT_FOUND`, the upstream itself said 404); the mirror may
 * not have it (`UPSTREAM_DENIED`, 401 and 403); too many requests (`UPSTREAM_RATE_LIMITED`, 429); it fails (`UPSTREAM_FAILED`: 5xx, a broken
 * connection, nonsense); it is too slow (`UPSTREAM_TIMEOUT`); it failed so often that it is not asked now (`UPSTREAM_CIRCUIT_OPEN`);
 * what it sent is refused (`UPSTREAM_INVALID`: too large, wrong digest, forbidden redirect).
 */
export type UpstreamErrorCode =
  | 'UPSTREAM_NOT_FOUND'
  | 'UPSTREAM_DENIED'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_FAILED'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_CIRCUIT_OPEN'
  | 'UPSTREAM_INVALID';

export interface UpstreamErrorOptions extends MirrorErrorOptions {
  /** The HTTP status the upstream answered with, if it did. */
  readonly status?: number;
  /** Seconds until it may be asked again, from `Retry-After` or the circuit breaker. */
  readonly retryAfter?: number;
}

/** A remote registry did not give what it was asked for. */
export class UpstreamError extends MirrorError {
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: UpstreamErrorCode,
    readonly host: string,
    message: string,
    options: UpstreamErrorOptions = {},
  ) {
    super(message, options);
    this.status = options.status;
    this.retryAfter = options.retryAfter;
  }
}

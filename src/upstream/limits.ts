/** Bounds on time, attempts and size towards an upstream. Times are in milliseconds. */
export interface Limits {
  /** Until a connection stands, TLS and a proxy's tunnel included. */
  readonly connect: number;
  /** From the request sent to the headers of the answer. */
  readonly headers: number;
  /** Between two chunks of a body, while they are wanted. There is no bound on a whole blob. */
  readonly idle: number;
  /** For a token request as a whole. */
  readonly token: number;
  /** How often a request is tried before its failure is reported. */
  readonly attempts: number;
  /** Mean wait before the second attempt; four times as long before each following one. */
  readonly backoff: number;
  /** An upstream that let a caller's deadline pass counts as dead for the circuit breaker if it had at least this long. */
  readonly unresponsive: number;
  /** Bytes of the largest manifest, index or page accepted. */
  readonly document: number;
  /**
   * Connections to one origin, for documents and for content each, so that a HEAD never waits behind a blob. More than an update has under
   * way at once (32), so that nobody waits behind blobs that are fetched slowly in the background.
   */
  readonly connections: number;
  /** Failures in a row until the circuit opens; a time-out counts three times. */
  readonly failures: number;
  /** How long the circuit stays open the first time; twice as long each time it opens again. */
  readonly open: number;
  /** The longest that it stays open. */
  readonly openMost: number;
}

/** What applies when nothing else is said. */
export const DEFAULT_LIMITS: Limits = {
  connect: 10_000,
  headers: 30_000,
  idle: 60_000,
  token: 30_000,
  attempts: 3,
  backoff: 100,
  unresponsive: 1_000,
  document: 8 * 1024 * 1024,
  connections: 48,
  failures: 5,
  open: 10_000,
  openMost: 60_000,
};

import { readFileSync } from 'node:fs';
import type { UpstreamConfig } from '../settings/engine-config.js';
import { createGuard } from './guard.js';
import { DEFAULT_LIMITS } from './limits.js';
import { createTransport } from './transport.js';

/** What an upstream said when it was only asked whether it is there. */
export interface Reached {
  readonly status: number;
  /** Its own clock, milliseconds since 1970, from `Date` (RFC 9110 §6.6.1); undefined when it does not tell. */
  readonly date: number | undefined;
}

/**
 * Asks an upstream for `/v2/`, once and without logging in, on the way that the mirror takes: through the proxy of the environment, with
 * the authorities of the configuration.
 * @param timeout milliseconds for the whole
 * @throws UpstreamError, or the signal's reason
 */
export async function reachUpstream(
  { host, endpoint, ca }: UpstreamConfig,
  env: Readonly<NodeJS.ProcessEnv>,
  timeout: number,
): Promise<Reached> {
  const transport = createTransport({
    host,
    ca: ca === undefined ? undefined : readFileSync(ca, 'utf8'),
    guard: createGuard(host, endpoint),
    env,
    limits: { ...DEFAULT_LIMITS, connect: timeout, headers: timeout },
  });
  try {
    const base = endpoint.href.endsWith('/') ? endpoint : new URL(`${endpoint.href}/`);
    const { status, headers, body } = await transport.send('document', {
      method: 'GET',
      url: new URL('v2/', base),
      headers: { 'user-agent': 'docker-mirror' },
      signal: AbortSignal.timeout(timeout),
    });
    body.destroy();
    const date = Date.parse(headers.date ?? '');
    return { status, date: Number.isNaN(date) ? undefined : date };
  } finally {
    await transport.close();
  }
}

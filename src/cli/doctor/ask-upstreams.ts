import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { errorCode } from '../../errors.js';
import type { UpstreamConfig } from '../../settings/engine-config.js';
import type { UpstreamFacts } from '../../upkeep/doctor/upstream.js';
import { bareHost, proxyFor } from '../../upstream/proxy.js';
import { reachUpstream } from '../../upstream/reach.js';
import type { Environment } from '../engine-port.js';
import { within } from './within.js';

/** What came of asking an upstream, and its clock. */
export interface AskedUpstream {
  readonly facts: UpstreamFacts;
  /** Seconds that this host's clock is ahead of it; undefined when it told no time. */
  readonly ahead: number | undefined;
}

/**
 * Asks an upstream whether it is there, and the name server for its name at the same time.
 * @param timeout milliseconds
 */
export async function askUpstream(
  config: UpstreamConfig,
  env: Environment,
  timeout: number,
): Promise<AskedUpstream> {
  const proxy = proxyFor(config.endpoint, env);
  const hostname = bareHost((proxy ?? config.endpoint).hostname);
  const [dns, reached] = await Promise.all([
    nameProblem(hostname, timeout),
    within(timeout, reachUpstream(config, env, timeout)).catch((error: unknown) => reasonOf(error, timeout)),
  ]);
  const known = { host: config.host, hostname, proxy: proxy?.host, dns };
  if (typeof reached === 'string')
    return { facts: { ...known, answer: { reason: reached } }, ahead: undefined };
  const { status, date } = reached;
  return {
    facts: { ...known, answer: { status } },
    ahead: date === undefined ? undefined : (Date.now() - date) / 1000,
  };
}

async function nameProblem(hostname: string, timeout: number): Promise<string | undefined> {
  if (isIP(hostname) !== 0) return undefined;
  try {
    await within(timeout, lookup(hostname));
    return undefined;
  } catch (error) {
    return errorCode(error) ?? 'no answer';
  }
}

function reasonOf(error: unknown, timeout: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer in ${timeout / 1000} s`;
  return error instanceof Error ? error.message : String(error);
}

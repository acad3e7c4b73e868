import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from '../host/log.js';
import type { UpstreamConfig } from '../settings/engine-config.js';
import { createAccount } from './account.js';
import { createAuthenticator } from './authenticator.js';
import { getBlob, headBlob } from './blobs.js';
import { Breaker } from './breaker.js';
import type { CredentialSource } from './credentials.js';
import { UpstreamError } from './errors.js';
import { createGuard } from './guard.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { getManifest, headManifest } from './manifests.js';
import type { Upstream } from './port.js';
import { listReferrers } from './referrers.js';
import { Session } from './session.js';
import { listTags } from './tags.js';
import { createTransport } from './transport.js';

/** What an upstream needs from outside. */
export interface UpstreamDeps {
  readonly credentials: CredentialSource;
  readonly logger: Logger;
  /** Milliseconds since the epoch; the clock when absent. */
  readonly now?: () => number;
  /** Where proxies are looked up; this process's environment when absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** What differs from DEFAULT_LIMITS. */
  readonly limits?: Partial<Limits>;
}

/**
 * The client of one upstream registry. Nothing is connected to before the first question.
 * @throws UpstreamError `UPSTREAM_INVALID` when the file with its authorities cannot be used
 */
export function createUpstream(config: UpstreamConfig, deps: UpstreamDeps): Upstream {
  const { host, endpoint } = config;
  const { logger, now = Date.now, env = process.env } = deps;
  const limits: Limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const ca = config.ca === undefined ? undefined : readAuthorities(host, config.ca);
  const guard = createGuard(host, endpoint);
  const transport = createTransport({ host, ca, guard, env, limits });
  const account = createAccount(config, deps.credentials);
  const tokenServer = { host, endpoint, transport, limits, now, hint: account.hint };
  const authenticator = createAuthenticator(account, tokenServer);
  const breaker = new Breaker(limits);
  const session = new Session({ config, limits, transport, authenticator, account, breaker, logger, now });
  return {
    host,
    headManifest: (repository, reference, options = {}) =>
      headManifest(session, repository, reference, options),
    getManifest: (repository, reference, options = {}) =>
      getManifest(session, repository, reference, options),
    headBlob: (repository, digest, options = {}) => headBlob(session, repository, digest, options),
    getBlob: (repository, digest, options = {}) => getBlob(session, repository, digest, options),
    tags: (repository, options = {}) => listTags(session, repository, options),
    referrers: (repository, digest, options = {}) => listReferrers(session, repository, digest, options),
    status: () => session.status(),
    prepare: () => transport.prepare(),
    close: () => transport.close(),
  };
}

/** The PEM file with the authorities of an upstream. Read once: a new one is used after a restart. */
function readAuthorities(host: string, file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const message = `the certificate authorities of ${host} cannot be read from ${file}`;
    throw new UpstreamError('UPSTREAM_INVALID', host, message, {
      hint: 'mirror.upstreams[].ca has to name a readable PEM file with certificates',
      cause,
    });
  }
}

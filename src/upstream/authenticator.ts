import { createHash } from 'node:crypto';
import { type Challenge, parseChallenges } from '../oci/challenge.js';
import type { Account } from './account.js';
import { waitFor } from './bound.js';
import type { Credential } from './credentials.js';
import { UpstreamError } from './errors.js';
import { tokenRealm } from './target.js';
import { TokenCache } from './token-cache.js';
import { basic, fetchToken, type TokenServerOptions } from './token-server.js';

/** Knows what to send as `Authorization` to one upstream, and nowhere else. */
export interface Authenticator {
  /** What to send before being asked; nothing until the upstream first asked for something. */
  ahead(repository: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * What to send after a 401.
   * @param headers its `WWW-Authenticate`
   * @param sent the `Authorization` that was refused, if one was sent
   * @throws UpstreamError `UPSTREAM_DENIED` when there is nothing else to try
   */
  answer(
    headers: string | readonly string[] | undefined,
    repository: string,
    sent: string | undefined,
    signal: AbortSignal,
  ): Promise<string>;
}

type Scheme =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | undefined };

/** Scopes remembered, one for each repository that had a challenge of its own. */
const SCOPES_KEPT = 2_000;

/** The authenticator of one upstream. */
export function createAuthenticator(account: Account, options: TokenServerOptions): Authenticator {
  const { host, endpoint } = options;
  const tokens = new TokenCache(options.now);
  const scopes = new Map<string, string>();
  /** Refresh tokens that a server changed, by the one in the file. */
  const renewed = new Map<string, string>();
  let known: Scheme | undefined;

  function remember(repository: string, scope: string): void {
    scopes.delete(repository);
    scopes.set(repository, scope);
    for (const oldest of scopes.keys()) {
      if (scopes.size <= SCOPES_KEPT) break;
      scopes.delete(oldest);
    }
  }

  async function authorization(
    scheme: Scheme,
    repository: string,
    sent: string | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const credential = await account.find(repository);
    if (scheme.kind === 'basic') return credential?.kind === 'password' ? basic(credential) : undefined;
    const { realm, service } = scheme;
    const scope = scopes.get(repository) ?? `repository:${repository}:pull`;
    const key = [realm.href, service ?? '', scope, fingerprint(credential)].join('\n');
    if (sent?.startsWith('Bearer ')) tokens.drop(key, sent.slice('Bearer '.length));
    const fetch = () => fetchToken({ realm, service, scope, credential: current(credential) }, options);
    const token = await waitFor(tokens.get(key, fetch), signal);
    if (credential?.kind === 'identity-token' && token.refreshToken !== undefined) {
      renewed.set(credential.token, token.refreshToken);
    }
    return `Bearer ${token.value}`;
  }

  function current(credential: Credential | undefined): Credential | undefined {
    if (credential?.kind !== 'identity-token') return credential;
    return { ...credential, token: renewed.get(credential.token) ?? credential.token };
  }

  return {
    ahead: async (repository, signal) =>
      known === undefined ? undefined : authorization(known, repository, undefined, signal),
    answer: async (headers, repository, sent, signal) => {
      const challenge = choose(parseChallenges(headers));
      if (challenge === undefined) {
        const message = `${host} denies access and asks for no credentials that could be given`;
        throw new UpstreamError('UPSTREAM_DENIED', host, message, { status: 401 });
      }
      const scheme: Scheme =
        challenge.scheme === 'basic'
          ? { kind: 'basic' }
          : {
              kind: 'bearer',
              realm: tokenRealm(host, challenge.parameters.get('realm'), endpoint),
              service: challenge.parameters.get('service'),
            };
      known = scheme;
      const scope = challenge.parameters.get('scope');
      if (scope !== undefined && scope !== '') remember(repository, scope);
      const value = await authorization(scheme, repository, sent, signal);
      if (value !== undefined && value !== sent) return value;
      const credential = await account.find(repository);
      throw new UpstreamError('UPSTREAM_DENIED', host, `${host} denies access to ${repository}`, {
        status: 401,
        hint: account.hint(credential),
      });
    },
  };
}

/** Bearer before Basic: a token can be taken back, a password is worth more. */
function choose(challenges: readonly Challenge[]): Challenge | undefined {
  return (
    challenges.find((each) => each.scheme === 'bearer' && each.parameters.has('realm')) ??
    challenges.find((each) => each.scheme === 'basic')
  );
}

/** Tells credentials apart without keeping them: a change of the file must not go on with the tokens of before. */
function fingerprint(credential: Credential | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify(credential ?? null))
    .digest('hex');
}

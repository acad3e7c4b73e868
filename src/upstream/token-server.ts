import { parseRetryAfter } from '../oci/retry-after.js';
import { bind } from './bound.js';
import type { Credential } from './credentials.js';
import { UpstreamError } from './errors.js';
import type { HttpRequest } from './exchange.js';
import type { Limits } from './limits.js';
import { readAll } from './read-all.js';
import { discard, type Reply } from './reply.js';
import { isRedirect, REDIRECT_LIMIT, redirectTarget } from './target.js';
import { parseToken, type Token } from './token.js';
import type { Transport } from './transport.js';

/** Which token is wanted. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  /** Scopes between spaces, as a challenge names them. */
  readonly scope: string;
  readonly credential: Credential | undefined;
}

/** What is needed to ask a token server. */
export interface TokenServerOptions {
  readonly host: string;
  readonly endpoint: URL;
  readonly transport: Transport;
  readonly limits: Limits;
  readonly now: () => number;
  /** What to change when a credential, or none, is refused. */
  readonly hint: (credential: Credential | undefined) => string;
}

/** Bytes of the largest answer read; tokens with many claims have a few thousand. */
const ANSWER_LIMIT = 1024 * 1024;

/**
 * Fetches a token: by GET with the user's name and password if there are any, by OAuth2 POST with a refresh token (Distribution's token
 * and OAuth2 token specifications). Redirects are followed within the same server only, because credentials are sent.
 */
export async function fetchToken(wanted: TokenRequest, options: TokenServerOptions): Promise<Token> {
  const { host, limits } = options;
  const bound = bind(undefined, limits.token, () => {
    const message = `the token server of ${host} gave no token in ${limits.token / 1000} s`;
    return new UpstreamError('UPSTREAM_TIMEOUT', host, message, { retryable: true });
  });
  try {
    const reply = await askServer({ ...tokenRequest(wanted), signal: bound.signal }, options);
    if (reply.status !== 200) throw await refusal(reply, wanted, options);
    const answer = await readAll(reply.body, ANSWER_LIMIT, () => nonsense(host, 'a token that is too large'));
    const token = parseToken(answer.toString('utf8'), options.now());
    if (token === undefined) throw nonsense(host, 'no token');
    return token;
  } finally {
    bound.release();
  }
}

function tokenRequest({ realm, service, scope, credential }: TokenRequest): Omit<HttpRequest, 'signal'> {
  const scopes = scope.split(' ').filter((each) => each !== '');
  const headers = { accept: 'application/json', 'user-agent': 'docker-mirror' };
  if (credential?.kind === 'identity-token') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'docker-mirror',
      refresh_token: credential.token,
      scope: scopes.join(' '),
    });
    if (service !== undefined) form.set('service', service);
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers: { ...headers, ...type }, body: form.toString() };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const each of scopes) url.searchParams.append('scope', each);
  const authorization = credential === undefined ? {} : { authorization: basic(credential) };
  return { method: 'GET', url, headers: { ...headers, ...authorization } };
}

/** The `Authorization` of the Basic scheme (RFC 7617). */
export function basic(credential: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;
}

async function askServer(first: HttpRequest, options: TokenServerOptions): Promise<Reply> {
  let request = first;
  for (let hops = 0; ; hops++) {
    const reply = await options.transport.send('token', request);
    if (!isRedirect(reply.status)) return reply;
    await discard(reply.body);
    const target = redirectTarget(options.host, request.url, reply.headers.location, options.endpoint);
    if (hops === REDIRECT_LIMIT || request.method !== 'GET' || target.origin !== first.url.origin) {
      throw nonsense(options.host, 'a redirect, which is not followed with credentials');
    }
    request = { ...request, url: target };
  }
}

async function refusal(
  reply: Reply,
  wanted: TokenRequest,
  { host, now, hint }: TokenServerOptions,
): Promise<UpstreamError> {
  await discard(reply.body);
  const { status } = reply;
  const retryAfter = parseRetryAfter(reply.headers['retry-after'], now());
  const timing = { status, ...(retryAfter === undefined ? {} : { retryAfter }) };
  if (status === 429) {
    const message = `the token server of ${host} is asked too often`;
    return new UpstreamError('UPSTREAM_RATE_LIMITED', host, message, { ...timing, retryable: true });
  }
  if (status >= 400 && status < 500 && status !== 408) {
    const who = wanted.credential === undefined ? 'without credentials' : 'with these credentials';
    const message = `the token server of ${host} gives no token for ${wanted.scope} ${who} (status ${status})`;
    return new UpstreamError('UPSTREAM_DENIED', host, message, { status, hint: hint(wanted.credential) });
  }
  const message = `the token server of ${host} answered with status ${status}`;
  return new UpstreamError('UPSTREAM_FAILED', host, message, { ...timing, retryable: status !== 501 });
}

function nonsense(host: string, what: string): UpstreamError {
  return new UpstreamError('UPSTREAM_FAILED', host, `the token server of ${host} answered with ${what}`);
}

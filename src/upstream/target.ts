import { UpstreamError } from './errors.js';

/** How many redirects are followed for one request. */
export const REDIRECT_LIMIT = 5;

/** A URL as it may stand in a log or an error: signatures and tokens are in its query. */
export function withoutSecrets(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** Whether a status means that the answer is at another place (RFC 9110, section 15.4). */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * Where a redirect leads.
 * @param endpoint the upstream's own URL: plain HTTP is followed only where that is plain HTTP itself
 * @throws UpstreamError `UPSTREAM_INVALID` for what is not followed
 */
export function redirectTarget(host: string, from: URL, location: string | undefined, endpoint: URL): URL {
  if (location === undefined || location === '') throw refused(host, 'to nowhere: there is no Location');
  if (!URL.canParse(location, from.href)) throw refused(host, 'to something that is no URL');
  const target = new URL(location, from);
  if (target.protocol !== 'https:' && target.protocol !== 'http:') {
    throw refused(host, `to a URL of scheme ${target.protocol.slice(0, 20)}`);
  }
  if (target.protocol === 'http:' && endpoint.protocol === 'https:') {
    throw refused(host, `from https to ${withoutSecrets(target)}`);
  }
  target.username = '';
  target.password = '';
  target.hash = '';
  return target;
}

/**
 * The token server that a challenge names.
 * @throws UpstreamError `UPSTREAM_INVALID` unless credentials may be sent there: https, or http where the upstream is http itself
 */
export function tokenRealm(host: string, realm: string | undefined, endpoint: URL): URL {
  if (realm === undefined || !URL.canParse(realm)) {
    throw new UpstreamError('UPSTREAM_INVALID', host, `${host} asks for a token but names no token server`);
  }
  const url = new URL(realm);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && endpoint.protocol === 'http:')) {
    throw new UpstreamError(
      'UPSTREAM_INVALID',
      host,
      `${host} names a token server without TLS: ${withoutSecrets(url)}`,
      { hint: 'credentials are not sent there' },
    );
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

function refused(host: string, where: string): UpstreamError {
  return new UpstreamError('UPSTREAM_INVALID', host, `${host} redirects ${where}, which is not followed`);
}

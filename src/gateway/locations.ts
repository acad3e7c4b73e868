import type { Context } from './context.js';
import type { Exchange } from './exchange.js';

/**
 * A path as a `Location`: under `http.host` and its path when it is set, relative when `http.relativeurls` is, else under the
 * address the client used, as Distribution does.
 */
export function locationOf(context: Context, exchange: Exchange, path: string): string {
  const { host, relativeUrls, tls } = context.config.http;
  if (host !== undefined) return new URL(path.slice(1), host).href;
  const authority = exchange.request.headers.host;
  if (relativeUrls || authority === undefined) return path;
  const forwarded = exchange.request.headers['x-forwarded-proto'];
  const secure = forwarded === undefined ? tls !== undefined : forwarded === 'https';
  return `${secure ? 'https' : 'http'}://${authority}${path}`;
}

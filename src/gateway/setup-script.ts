import { OciError } from '../oci/error-code.js';
import { isHost } from '../oci/name.js';
import type { Context } from './context.js';
import { type Exchange, headersOnly } from './exchange.js';

/**
 * Makes the script that has a guest's engines use the mirror.
 * @param url the mirror's address as the guest sees it, without a path
 * @param upstreams hosts of the registries the mirror fetches from
 */
export type SetupScript = (url: URL, upstreams: readonly string[]) => Promise<string>;

/**
 * GET and HEAD of `/setup.sh`. The answer depends on the address it was asked at, so nobody may keep it for others.
 * @throws OciError 400 when the request names no address that can be written into a script
 */
export async function serveSetupScript(context: Context, exchange: Exchange): Promise<void> {
  const { config, setupScript } = context;
  if (setupScript === undefined)
    throw new OciError('UNSUPPORTED', 'there is no script here', { status: 404 });
  const url =
    config.http.host === undefined ? askedAt(exchange, config.http.tls !== undefined) : config.http.host;
  const hosts = config.upstreams.map(({ host }) => host);
  const bytes = Buffer.from(await setupScript(new URL(url.origin), hosts));
  exchange.response.writeHead(200, {
    'Content-Type': 'text/x-shellscript; charset=utf-8',
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    Vary: 'Host',
    'X-Content-Type-Options': 'nosniff',
  });
  if (headersOnly(exchange)) {
    exchange.response.end();
    return;
  }
  exchange.sent = bytes.length;
  exchange.response.end(bytes);
}

/**
 * The address in the `Host` header (RFC 9110 §7.2). It ends up in a script that root runs, so it must be a host and a port and nothing
 * else. `X-Forwarded-Host` and its kin are not believed: behind a proxy, `http.host` says the address.
 */
export function askedAt({ request }: Pick<Exchange, 'request'>, secure: boolean): URL {
  const hosts = request.headersDistinct['host'] ?? [];
  const [host = ''] = hosts;
  const text = `${secure ? 'https' : 'http'}://${host}`;
  const port = /:(\d+)$/.exec(host)?.[1];
  if (hosts.length === 1 && isHost(host) && Number(port ?? 1) > 0 && URL.canParse(text)) return new URL(text);
  throw new OciError('UNSUPPORTED', 'the Host header is no address', {
    status: 400,
    hint: 'ask for it as http://HOST:PORT/setup.sh, or set http.host in config.yml to the address that clients use',
  });
}

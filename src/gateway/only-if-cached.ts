import { OciError } from '../oci/error-code.js';
import type { Platform } from '../oci/manifest.js';
import { parsePlatform } from '../oci/platform.js';
import { says } from './cache-control.js';
import type { Context } from './context.js';
import type { Exchange } from './exchange.js';

/**
 * Whether the client wants what is here and nothing else: `Cache-Control: only-if-cached` (RFC 9111 §5.2.1.7). What is not here is
 * answered with 504 then.
 */
export function onlyIfCached(exchange: Exchange): boolean {
  return says(exchange, 'only-if-cached');
}

/** The same mirror, asking no upstream: for one request what it is for all of them when `mirror.offline` is set. */
export function askingNobody(context: Context): Context {
  const { config } = context;
  return { ...context, config: { ...config, mirror: { ...config.mirror, offline: true } } };
}

/**
 * The platform whose whole image is asked for, by the `platform` query parameter; undefined when only the manifest is.
 * @throws OciError
 */
export function platformOf(exchange: Exchange): Platform | undefined {
  const text = exchange.query.get('platform');
  if (text === null) return undefined;
  const platform = parsePlatform(text);
  if (platform !== undefined) return platform;
  throw new OciError('UNSUPPORTED', `"${text.slice(0, 80)}" is not a platform`, {
    status: 400,
    hint: 'a platform is written OS/ARCHITECTURE[/VARIANT], such as linux/amd64',
  });
}

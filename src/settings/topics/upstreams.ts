import * as z from 'zod';
import type { Parsed } from '../parsed.js';
import { parseBaseUrl } from '../registry-url.js';
import { parseHost } from '../upstream-section.js';
import { absolutePath, flag, listOf, orNothing, whenAsked, wholeNumber } from './symbol.js';

/** A registry that may be asked, besides the default one. */
export interface UpstreamSetting {
  readonly host: string;
  /** Where it is reached, when that is not `https://HOST`. */
  readonly endpoint: URL | undefined;
}

/** Who is asked for what is not here: kconfig/upstreams.kconfig. Nothing of it is asked for in a plain registry. */
export const upstreamsSchema = z.object({
  DOCKER_MIRROR_DEFAULT_UPSTREAM: whenAsked(orNothing(parseBaseUrl)),
  DOCKER_MIRROR_UPSTREAMS: whenAsked(upstreams),
  DOCKER_MIRROR_CREDENTIALS_FILE: whenAsked(orNothing(absolutePath)),
  DOCKER_MIRROR_REVALIDATE_SECONDS: whenAsked(wholeNumber),
  DOCKER_MIRROR_KEEP_DIGESTS: whenAsked(wholeNumber),
  DOCKER_MIRROR_OFFLINE: flag,
});

export function readUpstreamSettings(symbols: z.infer<typeof upstreamsSchema>) {
  return {
    /** For names without a registry. */
    default: symbols.DOCKER_MIRROR_DEFAULT_UPSTREAM,
    others: symbols.DOCKER_MIRROR_UPSTREAMS ?? [],
    credentials: symbols.DOCKER_MIRROR_CREDENTIALS_FILE,
    revalidateSeconds: symbols.DOCKER_MIRROR_REVALIDATE_SECONDS ?? 0,
    /** Of a tag, the one of now included. */
    keepDigests: symbols.DOCKER_MIRROR_KEEP_DIGESTS ?? 3,
    offline: symbols.DOCKER_MIRROR_OFFLINE,
  };
}

function upstreams(text: string): Parsed<readonly UpstreamSetting[]> {
  const list = listOf(upstream)(text);
  if (!('value' in list)) return list;
  const hosts = list.value.map(({ host }) => host);
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  return twice === undefined ? list : { expected: `each registry once (${twice} is there twice)` };
}

function upstream(text: string): Parsed<UpstreamSetting> {
  const equals = text.indexOf('=');
  const host = parseHost(equals < 0 ? text : text.slice(0, equals));
  if (!('value' in host)) return host;
  if (equals < 0) return { value: { host: host.value, endpoint: undefined } };
  const endpoint = parseBaseUrl(text.slice(equals + 1));
  return 'value' in endpoint ? { value: { host: host.value, endpoint: endpoint.value } } : endpoint;
}

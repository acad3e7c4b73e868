import * as z from 'zod';
import { formatListenAddress, parseListenAddress } from '../listen-address.js';
import type { Parsed } from '../parsed.js';
import { flag, whenAsked } from './symbol.js';

/** What people and monitors look at: kconfig/page.kconfig. */
export const pageSchema = z.object({
  DOCKER_MIRROR_WEB_PAGE: flag,
  DOCKER_MIRROR_METRICS: flag,
  DOCKER_MIRROR_DEBUG_PAGE: flag,
  DOCKER_MIRROR_DEBUG_ADDRESS: whenAsked(address),
});

export function readPage(symbols: z.infer<typeof pageSchema>) {
  return {
    web: symbols.DOCKER_MIRROR_WEB_PAGE,
    metrics: symbols.DOCKER_MIRROR_METRICS,
    /** `HOST:PORT` of the health page; undefined: there is none. */
    debugAddress: symbols.DOCKER_MIRROR_DEBUG_PAGE ? symbols.DOCKER_MIRROR_DEBUG_ADDRESS : undefined,
  };
}

function address(text: string): Parsed<string> {
  const parsed = parseListenAddress(text);
  if (!('value' in parsed)) return parsed;
  return parsed.value.port === 0
    ? { expected: 'a port from 1 to 65535 in HOST:PORT' }
    : { value: formatListenAddress(parsed.value) };
}

import { isIP } from 'node:net';
import * as z from 'zod';
import { parseListenAddress } from '../listen-address.js';
import type { Parsed } from '../parsed.js';
import { parseBaseUrl } from '../registry-url.js';
import { choiceOf, listOf, orNothing, value, whenAsked, wholeNumber } from './symbol.js';

const where = choiceOf({
  DOCKER_MIRROR_LISTEN_LOOPBACK: 'loopback',
  DOCKER_MIRROR_LISTEN_ALL: 'all',
  DOCKER_MIRROR_LISTEN_LISTED: 'listed',
});

/** Where the mirror is reached: kconfig/listen.kconfig. */
export const listenSchema = z.object({
  ...where.shape,
  DOCKER_MIRROR_LISTEN_ADDRESSES: whenAsked(hosts),
  DOCKER_MIRROR_URL: value(orNothing(parseBaseUrl)),
  DOCKER_MIRROR_DRAIN_SECONDS: value(wholeNumber),
});

export function readListen(symbols: z.infer<typeof listenSchema>) {
  const chosen = where.chosen(symbols) ?? 'loopback';
  const listed = symbols.DOCKER_MIRROR_LISTEN_ADDRESSES ?? ['localhost'];
  return {
    /** Hosts without a port, at least one; an empty one is every address, `localhost` both loopback families. */
    hosts: { loopback: ['localhost'], all: [''], listed }[chosen],
    /** What clients see, where that is something else. */
    url: symbols.DOCKER_MIRROR_URL,
    drainSeconds: symbols.DOCKER_MIRROR_DRAIN_SECONDS,
  };
}

function hosts(text: string): Parsed<readonly string[]> {
  const list = listOf(host)(text);
  if (!('value' in list)) return list;
  if (list.value.length === 0) return { expected: 'at least one address, such as localhost' };
  const twice = list.value.find((each, index) => list.value.indexOf(each) !== index);
  return twice === undefined ? list : { expected: `each address once (${twice} is there twice)` };
}

function host(text: string): Parsed<string> {
  const written = isIP(text) === 6 ? `[${text}]` : text;
  const parsed = parseListenAddress(`${written}:1`);
  return 'value' in parsed && text !== '*'
    ? { value: text }
    : { expected: 'addresses or names without a port' };
}

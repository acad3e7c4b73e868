import { type Address, addressesOf } from '../host/address.js';
import { parseBandwidth } from './bandwidth.js';
import type { ConfigSection } from './config-section.js';
import type { ListenAddress, MirrorConfig } from './engine-config.js';
import { formatListenAddress, parseListenAddress } from './listen-address.js';
import { oneOf, type Parsed } from './parsed.js';

/** How long a confirmed tag is served without asking, in milliseconds, when nothing is written. */
const DEFAULT_REVALIDATE = 60_000;
const DEFAULT_KEEP_DIGESTS = 3;

/** Reads `mirror`, the section that only this program knows, but for its `upstreams` and `listen`. */
export function readMirror(mirror: ConfigSection): MirrorConfig {
  const bandwidth = readBandwidth(mirror.section('background'));
  return {
    credentials: mirror.string('credentials')?.value,
    revalidate: mirror.duration('revalidate', DEFAULT_REVALIDATE),
    keepDigests: mirror.parsed('keepdigests', keepDigests)?.value ?? DEFAULT_KEEP_DIGESTS,
    offline: mirror.boolean('offline', false),
    push: mirror.parsed('push', oneOf('none', 'loopback', 'authenticated'))?.value ?? 'loopback',
    images: mirror.string('images')?.value,
    ...(bandwidth === 0 ? {} : { background: { bandwidth } }),
  };
}

/** Bytes a second; 0: no limit. */
function readBandwidth(background: ConfigSection): number {
  const bandwidth = background.parsed('bandwidth', parseBandwidth)?.value;
  background.finish([], true);
  return bandwidth ?? 0;
}

function keepDigests(text: string): Parsed<number> {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= 100 ? { value } : { expected: 'a whole number from 1 to 100' };
}

const EVERYWHERE = new Set(['', '0.0.0.0', '::']);

/** Reads `mirror.listen`: addresses besides `http.addr`, which can hold only one. None may be part of another. */
export function readMoreAddresses(mirror: ConfigSection, first: ListenAddress): ListenAddress[] {
  const addresses: ListenAddress[] = [];
  const taken = [...addressesOf(first)];
  for (const text of mirror.strings('listen')) {
    const parsed = parseListenAddress(text);
    if (!('value' in parsed)) {
      mirror.problem('listen', `expected a list of ${parsed.expected}; found ${JSON.stringify(text)}`);
      continue;
    }
    const own = addressesOf(parsed.value);
    if (own.some((address) => taken.some((other) => overlap(address, other)))) {
      mirror.problem('listen', `${formatListenAddress(parsed.value)} is a part of another address`);
    }
    taken.push(...own);
    addresses.push(parsed.value);
  }
  return addresses;
}

function overlap(a: Address, b: Address): boolean {
  return a.port === b.port && (a.host === b.host || EVERYWHERE.has(a.host) || EVERYWHERE.has(b.host));
}

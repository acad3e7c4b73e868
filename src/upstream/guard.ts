import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { privateKind } from './address.js';
import { UpstreamError } from './errors.js';
import { bareHost } from './proxy.js';

/**
 * Keeps redirects and token servers away from this machine and its link: an upstream must not make the mirror ask services
 * that only the mirror can reach. What the configuration itself names is let through, and so is what lies where it lies.
 */
export interface Guard {
  /** Resolves names as `dns.lookup` does, leaving out forbidden addresses; used for the connection itself, so that a second answer of the name server cannot get around it. */
  readonly lookup: LookupFunction;
  /**
   * Checks the part that no name server is asked about: a literal address; through a proxy, which resolves names itself, also `localhost`.
   * @throws UpstreamError `UPSTREAM_INVALID`
   */
  check(url: URL, proxied: boolean): Promise<void>;
}

const resolve = promisify(lookup);

/** The guard of one upstream. */
export function createGuard(host: string, endpoint: URL): Guard {
  const home = bareHost(endpoint.hostname);

  async function isAllowed(address: string): Promise<boolean> {
    const kind = privateKind(address);
    if (kind === undefined) return true;
    const own = isIP(home) === 0 ? await addressesOf(home) : [home];
    // On a link, another address is another machine: metadata services of clouds live there.
    return kind === 'loopback'
      ? own.some((each) => privateKind(each) === 'loopback')
      : own.some((each) => each === address);
  }

  function refuse(where: string): UpstreamError {
    return new UpstreamError('UPSTREAM_INVALID', host, `${host} points to ${where}, which is not followed`, {
      hint: 'redirects and token servers on loopback or link-local addresses are refused unless the upstream is there itself',
    });
  }

  async function allowedAddresses(hostname: string, found: LookupAddress[]): Promise<LookupAddress[]> {
    const verdicts = await Promise.all(found.map((each) => isAllowed(each.address)));
    const allowed = found.filter((_, position) => verdicts[position]);
    if (allowed.length === 0) throw refuse(`${hostname} at ${found[0]?.address ?? 'no address'}`);
    return allowed;
  }

  return {
    lookup: (hostname, options, callback) => {
      resolve(hostname, { ...options, all: true })
        .then((found) => (hostname === home ? found : allowedAddresses(hostname, found)))
        .then(
          (addresses) => {
            const [first] = addresses;
            if (options.all === true) callback(null, addresses);
            else callback(null, first?.address ?? '', first?.family);
          },
          (error: NodeJS.ErrnoException) => callback(error, '', 0),
        );
    },
    check: async (url, proxied) => {
      const name = bareHost(url.hostname);
      if (name === home) return;
      if (isIP(name) !== 0 && !(await isAllowed(name))) throw refuse(name);
      if (proxied && /(?:^|\.)localhost\.?$/i.test(name)) throw refuse(name);
    },
  };
}

/** None when the name cannot be resolved here, as is usual behind a proxy. */
async function addressesOf(name: string): Promise<string[]> {
  const found = await resolve(name, { all: true }).catch(() => []);
  return found.map((each) => each.address);
}

import { type Address, addressesOf, hostPort } from '../host/address.js';
import { type ProbeResult, probeRegistry } from '../host/probe.js';
import type { HttpConfig } from '../settings/engine-config.js';

/** The addresses that a configuration has the mirror listen on. */
export function listenAddresses(http: HttpConfig): Address[] {
  return [http.listen, ...(http.alsoListen ?? [])].flatMap(addressesOf);
}

/** How people and programs on this host name the mirror: `http://localhost:5000`. */
export function baseUrl(http: HttpConfig): string {
  const { host, port } = http.listen;
  const everywhere = host === '' || host === '0.0.0.0' || host === '::';
  const name = everywhere || host === '127.0.0.1' || host === '::1' ? 'localhost' : host;
  return `${http.tls === undefined ? 'http' : 'https'}://${hostPort({ host: name, port })}`;
}

/** Whether the mirror answers on one of its addresses; else what the first one said. */
export async function probeMirror(http: HttpConfig, timeout = 2_000): Promise<ProbeResult> {
  const options = {
    tls: http.tls !== undefined,
    clientCertificate: (http.tls?.clientCAs.length ?? 0) > 0,
    timeout,
  };
  const results = await Promise.all(listenAddresses(http).map((address) => probeRegistry(address, options)));
  const first = results[0] ?? { answers: false, reason: 'it has no address' };
  return results.find((result) => result.answers) ?? first;
}

/** A host and a port to listen on. */
export interface Address {
  /** A name or an IP address without brackets; empty for every address. */
  readonly host: string;
  readonly port: number;
}

/** The addresses that a listen address stands for: `localhost` is both loopback families. */
export function addressesOf({ host, port }: Address): Address[] {
  if (host === 'localhost') return ['127.0.0.1', '::1'].map((address) => ({ host: address, port }));
  return [{ host, port }];
}

/** Where a program on this host reaches what listens there: loopback when it listens everywhere. */
export function reachable({ host, port }: Address): Address {
  if (host === '' || host === '0.0.0.0') return { host: '127.0.0.1', port };
  return { host: host === '::' ? '::1' : host, port };
}

/** `host:port` as in a URL: an IPv6 address in brackets. */
export function hostPort({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

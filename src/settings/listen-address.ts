import { isIP } from 'node:net';
import type { ListenAddress } from './engine-config.js';
import type { Parsed } from './parsed.js';

const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*\.?$/;
const FORM = 'HOST:PORT, such as :5000, localhost:5000, 127.0.0.1:5000 or [::1]:5000';

/**
 * Reads a listen address in Go's form (`net.Listen`): the port is a number and must be there, an IPv6 address stands in
 * brackets, an empty host means every address. The brackets are not part of the host that is returned.
 */
export function parseListenAddress(text: string): Parsed<ListenAddress> {
  const match = /^(\[[^\]]*\]|[^:]*):(.*)$/s.exec(text);
  if (match === null || match[1] === undefined || match[2] === undefined) {
    return { expected: isIP(text) === 6 ? `an IPv6 address in brackets and a port: [${text}]:5000` : FORM };
  }
  const [, written, port] = match;
  const host = written.startsWith('[') ? written.slice(1, -1) : written;
  if (port.includes(':')) return { expected: `an IPv6 address in brackets, ${FORM}` };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    return { expected: `a port from 0 to 65535 in ${FORM}` };
  if (written.startsWith('[') ? isIP(host) !== 6 : !isListenHost(host)) {
    return {
      expected:
        host === '*' ? `an empty host for every address: :${port}` : `an address or a host name in ${FORM}`,
    };
  }
  return { value: { host, port: Number(port) } };
}

function isListenHost(host: string): boolean {
  if (host === '' || isIP(host) === 4) return true;
  // Four numbers that are no IPv4 address are a slip, and no host name.
  return NAME.test(host) && !/^[\d.]+$/.test(host);
}

/** The address as it is written in a configuration. */
export function formatListenAddress(address: ListenAddress): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

import type { Server } from 'node:http';
import type { ListenOptions } from 'node:net';
import { errorCode, MirrorError } from '../errors.js';
import type { ListenAddress } from '../settings/engine-config.js';
import { formatListenAddress } from '../settings/listen-address.js';

/** An address cannot be listened on. */
export class ListenError extends MirrorError {
  constructor(
    readonly code: 'ADDRESS_IN_USE' | 'ADDRESS_FORBIDDEN' | 'ADDRESS_UNUSABLE',
    /** As in the configuration. */
    readonly address: ListenAddress,
    message: string,
    options: { readonly hint?: string; readonly cause: unknown },
  ) {
    super(message, options);
  }
}

/** Attempts at finding a port that is free on both loopback addresses. */
const PORT_ATTEMPTS = 20;

/**
 * Makes servers listen on an address. `localhost` is 127.0.0.1 and ::1 on the same port, and one of them missing on
 * this machine is no error; an empty host is every address, IPv6 and IPv4.
 * @throws ListenError; no server is left listening then
 */
export async function bind(address: ListenAddress, create: () => Server): Promise<Server[]> {
  const { host, port } = address;
  if (host !== 'localhost') {
    return [await listen(create(), host === '' ? { port } : { host, port }, address)];
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await bindLoopback(address, create);
    } catch (error) {
      const unlucky = port === 0 && error instanceof ListenError && error.code === 'ADDRESS_IN_USE';
      if (!unlucky || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/**
 * As `bind`, for several addresses.
 * @throws ListenError; no server is left listening then
 */
export async function bindAll(addresses: readonly ListenAddress[], create: () => Server): Promise<Server[]> {
  const servers: Server[] = [];
  try {
    for (const address of addresses) servers.push(...(await bind(address, create)));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return servers;
}

async function bindLoopback(address: ListenAddress, create: () => Server): Promise<Server[]> {
  const first = await listenIfThere('127.0.0.1', address.port, address, create);
  const bound = first?.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  try {
    const second = await listenIfThere('::1', port, address, create);
    const servers = [first, second].filter((server) => server !== undefined);
    if (servers.length > 0) return servers;
  } catch (error) {
    first?.close();
    throw error;
  }
  throw new ListenError('ADDRESS_UNUSABLE', address, 'this machine has no loopback address', {
    cause: undefined,
    hint: 'bring up the interface lo',
  });
}

/** Undefined when the machine does not have the address. */
async function listenIfThere(
  host: string,
  port: number,
  address: ListenAddress,
  create: () => Server,
): Promise<Server | undefined> {
  try {
    return await listen(create(), { host, port }, address);
  } catch (error) {
    const cause = error instanceof ListenError ? errorCode(error.cause) : undefined;
    if (cause === 'EADDRNOTAVAIL' || cause === 'EAFNOSUPPORT') return undefined;
    throw error;
  }
}

/**
 * Makes servers listen on sockets that somebody else has opened.
 * @throws ListenError; no server is left listening then
 */
export async function bindDescriptors(
  descriptors: readonly number[],
  address: ListenAddress,
  create: () => Server,
): Promise<Server[]> {
  const servers: Server[] = [];
  try {
    for (const fd of descriptors) servers.push(await listen(create(), { fd }, address));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return servers;
}

function listen(
  server: Server,
  options: ListenOptions & { readonly fd?: number },
  address: ListenAddress,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(asListenError(error, options, address));
    server.once('error', fail);
    server.listen(options, () => {
      server.off('error', fail);
      resolve(server);
    });
  });
}

function asListenError(
  cause: Error,
  options: ListenOptions & { readonly fd?: number },
  address: ListenAddress,
): ListenError {
  const code = errorCode(cause);
  if (options.fd !== undefined) {
    return new ListenError(
      'ADDRESS_UNUSABLE',
      address,
      `file descriptor ${options.fd} is no listening socket`,
      {
        cause,
      },
    );
  }
  const shown = formatListenAddress({ host: options.host ?? address.host, port: address.port });
  if (code === 'EADDRINUSE') {
    return new ListenError('ADDRESS_IN_USE', address, `${shown} is taken by another program`, {
      cause,
      hint: 'stop it, or choose another port under http.addr',
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ListenError('ADDRESS_FORBIDDEN', address, `this user may not listen on ${shown}`, {
      cause,
      hint: 'ports below 1024 are for root: choose a higher one under http.addr, or have systemd open the socket',
    });
  }
  const why =
    code === 'ENOTFOUND' ? 'there is no such host' : `it is not an address of this machine (${code})`;
  return new ListenError('ADDRESS_UNUSABLE', address, `cannot listen on ${shown}: ${why}`, { cause });
}

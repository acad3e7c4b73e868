import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { HttpConfig } from '../settings/engine-config.js';
import { bindAll, bindDescriptors } from './bind.js';
import { answerUnreadable, guardBody } from './client-errors.js';
import { type Connections, createConnections } from './connections.js';
import { openTlsFiles, type TlsWatchOptions } from './tls.js';

/** Servers that listen. */
export interface Listeners {
  /** Where, as the system tells: with real ports, and both loopback addresses for `localhost`. */
  readonly addresses: readonly AddressInfo[];
  readonly secure: boolean;
  /**
   * Stops listening and closes idle connections at once, lets answers that are under way finish, and cuts what is left
   * after so many milliseconds. Resolves when no connection is left. Calling it again shortens the wait.
   */
  close(graceMs: number): Promise<void>;
}

export interface ListenersOptions extends TlsWatchOptions {
  /** Told about what goes wrong later: a connection that cannot be accepted, a certificate that cannot be renewed. */
  readonly onProblem: (error: Error) => void;
  /** Sockets that listen already, by their file descriptors (systemd's socket activation); `http.addr` is not used then. */
  readonly descriptors?: readonly number[];
  /** Milliseconds without a byte after which a request body that the server waits for is given up; 60,000 when absent. */
  readonly bodyTimeout?: number;
}

/**
 * Times and sizes. A whole request may take any time, because uploads are large; its head may not. A client that is
 * slow in reading an answer is left alone, and a dead one is noticed by TCP's keep-alive probes.
 */
const SERVER_OPTIONS = {
  requestTimeout: 0,
  headersTimeout: 30_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 32 * 1024,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
  noDelay: true,
};
const HANDSHAKE_TIMEOUT = 10_000;
const BODY_TIMEOUT = 60_000;

/**
 * Opens the servers for `http.addr`, `mirror.listen` and `http.tls`. `localhost` is 127.0.0.1 and ::1 on the same port, and one of them
 * missing on this machine is no error; an empty host is every address, IPv6 and IPv4.
 * @throws ListenError, TlsError
 */
export async function openListeners(
  http: Pick<HttpConfig, 'listen' | 'alsoListen' | 'tls'>,
  handler: RequestListener,
  options: ListenersOptions,
): Promise<Listeners> {
  const connections = createConnections();
  const tls = http.tls === undefined ? undefined : await openTlsFiles(http.tls);
  const onRequest: RequestListener = (request, response) => {
    connections.begin(request, response);
    guardBody(request, response, options.bodyTimeout ?? BODY_TIMEOUT);
    handler(request, response);
  };
  const create = (): Server => {
    const server =
      tls === undefined
        ? createServer(SERVER_OPTIONS, onRequest)
        : createSecureServer(
            { ...SERVER_OPTIONS, ...tls.options, handshakeTimeout: HANDSHAKE_TIMEOUT },
            onRequest,
          );
    connections.follow(server, tls !== undefined);
    server.on('clientError', (error, socket) => {
      if (connections.isSilent(socket)) answerUnreadable(error, socket);
      else socket.destroy();
    });
    return server;
  };
  const servers =
    options.descriptors === undefined
      ? await bindAll([http.listen, ...(http.alsoListen ?? [])], create)
      : await bindDescriptors(options.descriptors, http.listen, create);
  // After listening these are failures to accept (too many open files): the server goes on.
  for (const server of servers) server.on('error', options.onProblem);
  const unwatch = tls?.watch(options, (renewed) => {
    for (const server of servers) (server as SecureServer).setSecureContext(renewed);
  });
  return {
    addresses: servers.map((server) => server.address() as AddressInfo),
    secure: tls !== undefined,
    close: createClose(servers, connections, unwatch),
  };
}

function createClose(
  servers: readonly Server[],
  connections: Connections,
  unwatch: (() => void) | undefined,
): Listeners['close'] {
  let closed: Promise<unknown> | undefined;
  return async (graceMs) => {
    closed ??= stop();
    const timer = setTimeout(connections.destroy, graceMs);
    await closed.finally(() => clearTimeout(timer));
  };

  function stop(): Promise<unknown> {
    unwatch?.();
    const ends = servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
        }),
    );
    connections.drain();
    return Promise.all(ends);
  }
}

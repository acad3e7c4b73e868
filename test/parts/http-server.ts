import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { asPart, type Part } from './cleanup.js';
import { reservePort } from './ports.js';

/** A server of a test's own on a loopback port that stays reserved while it is stopped. */
export interface TestServer extends Part {
  readonly port: number;
  readonly url: string;
  /** Listens no more and cuts the connections that are open; does nothing when it is stopped. */
  stop(): Promise<void>;
  /** Listens again on the same port; does nothing when it does. */
  start(): Promise<void>;
}

/** Starts an HTTP server. Closing it cuts the connections that are open. */
export async function startServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<TestServer> {
  const server = createServer((request, response) => {
    Promise.resolve()
      .then(() => handle(request, response))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const port = await reservePort();
  await listen(server, port);
  const stop = () => closeServer(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stop,
    start: () => listen(server, port),
    ...asPart(stop),
  };
}

function listen(server: Server, port: number): Promise<void> {
  if (server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

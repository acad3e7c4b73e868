import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Agent, type IncomingMessage, type RequestListener, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Listeners, type ListenersOptions, openListeners } from '#src/gateway/listeners.js';
import type { ListenAddress, TlsConfig } from '#src/settings/engine-config.js';

export interface ServeOptions extends Partial<ListenersOptions> {
  /** A free port of 127.0.0.1 when absent. */
  readonly listen?: ListenAddress;
  readonly alsoListen?: readonly ListenAddress[];
  readonly tls?: TlsConfig;
}

/** Listeners and connections of one test, to be closed after it whatever happens. */
export interface Opened {
  open(handler: RequestListener, options?: ServeOptions): Promise<Listeners>;
  /** A bare connection to 127.0.0.1. */
  dial(port: number): Socket;
  /** Has a connection closed after the test. */
  keep<T extends Socket>(socket: T): T;
  closeAll(): Promise<void>;
}

export function createOpened(): Opened {
  const listening: Listeners[] = [];
  const sockets: Socket[] = [];
  const keep = <T extends Socket>(socket: T): T => {
    sockets.push(socket);
    return socket;
  };
  return {
    async open(handler, { listen = { host: '127.0.0.1', port: 0 }, alsoListen = [], tls, ...rest } = {}) {
      const listeners = await openListeners({ listen, alsoListen, tls }, handler, {
        onProblem: (error) => assert.fail(error.message),
        ...rest,
      });
      listening.push(listeners);
      return listeners;
    },
    dial: (port) => keep(connect(port, '127.0.0.1')),
    keep,
    async closeAll() {
      for (const socket of sockets.splice(0)) socket.destroy();
      await Promise.all(listening.splice(0).map((listeners) => listeners.close(0)));
    },
  };
}

/** The port that the listeners got. */
export function portOf(listeners: Listeners): number {
  return listeners.addresses[0]?.port ?? assert.fail('it does not listen');
}

/** All that the other side sends until it closes. */
export async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('error', () => undefined);
  for await (const chunk of socket.setEncoding('latin1')) text += chunk;
  return text;
}

/** One GET and its whole answer; on a connection of its own unless there is an agent. */
export async function get(port: number, host = '127.0.0.1', agent: Agent | false = false) {
  const message = request({ port, host, agent }).end();
  const [response] = (await once(message, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

/** Answers everything with `hello`. */
export const hello: RequestListener = (_, response) => response.end('hello');

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The connections of one or several servers: which are in use, and which may be closed when the mirror stops. */
export interface Connections {
  /** Follows a server's connections. Call it before the server listens. */
  follow(server: Server, secure: boolean): void;
  /** Counts a request as under way until its answer is out or its connection is gone. */
  begin(request: IncomingMessage, response: ServerResponse): void;
  /** Whether bytes can still be written to the connection without breaking an answer that has begun. */
  isSilent(socket: Duplex): boolean;
  /**
   * Closes connections after the answer they are busy with, which says so (`Connection: close`), and those that are not in use soon: a
   * request may be on its way. Clients try again what was lost on a connection that they used before, and give up on a new one that is cut.
   */
  drain(): void;
  /** Cuts whatever is left. */
  destroy(): void;
}

/** Milliseconds for a request that a client may have sent, on a connection that has just been opened. */
const FRESH_MS = 2_000;
/** The same on a connection that was in use before. */
const IDLE_MS = 250;

/** What is known of a connection. */
interface Use {
  /** It is busy with these. */
  readonly answers: Set<ServerResponse>;
  hadRequest: boolean;
}

/** No connections yet. */
export function createConnections(): Connections {
  /** Every connection by the socket that requests carry. */
  const uses = new Map<Socket, Use>();
  /** The bare connections under TLS, some of them still in the handshake. */
  const bare = new Set<Socket>();
  let draining = false;

  function add(socket: Socket): void {
    const use: Use = { answers: new Set(), hadRequest: false };
    uses.set(socket, use);
    socket.once('close', () => uses.delete(socket));
    // It was accepted in the very moment of the stop.
    if (draining) closeSoon(socket, use);
  }

  function closeSoon(socket: Socket, { answers, hadRequest }: Use): void {
    const timer = setTimeout(
      () => {
        if (answers.size === 0) socket.destroy();
      },
      hadRequest ? IDLE_MS : FRESH_MS,
    );
    socket.once('close', () => clearTimeout(timer));
  }

  function addBare(socket: Socket): void {
    bare.add(socket);
    socket.once('close', () => bare.delete(socket));
  }

  return {
    follow(server, secure) {
      server.on('connection', secure ? addBare : add);
      if (secure) server.on('secureConnection', add);
    },
    begin(request, response) {
      const { socket } = request;
      const use = uses.get(socket);
      const answers = use?.answers;
      if (use !== undefined) use.hadRequest = true;
      answers?.add(response);
      if (draining) response.setHeader('Connection', 'close');
      response.once('close', () => {
        answers?.delete(response);
        // An answer whose head was out before the stop has promised to keep the connection.
        if (draining && answers?.size === 0) socket.destroySoon();
      });
    },
    isSilent(socket) {
      const answers = uses.get(socket as Socket)?.answers ?? [];
      return socket.writable && ![...answers].some((answer) => answer.headersSent);
    },
    drain() {
      draining = true;
      for (const [socket, use] of uses) {
        if (use.answers.size === 0) closeSoon(socket, use);
        for (const answer of use.answers) if (!answer.headersSent) answer.setHeader('Connection', 'close');
      }
    },
    destroy() {
      for (const socket of [...uses.keys(), ...bare]) socket.destroy();
    },
  };
}

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
   * Closes connections that are not in use at once, and the others after their answer, which says so
   * (`Connection: close`).
   */
  drain(): void;
  /** Cuts whatever is left. */
  destroy(): void;
}

/** No connections yet. */
export function createConnections(): Connections {
  /** Every connection by the socket that requests carry, with the answers it is busy with. */
  const busy = new Map<Socket, Set<ServerResponse>>();
  /** The bare connections under TLS, some of them still in the handshake. */
  const bare = new Set<Socket>();
  let draining = false;

  function add(socket: Socket): void {
    if (draining) {
      socket.destroy();
      return;
    }
    busy.set(socket, new Set());
    socket.once('close', () => busy.delete(socket));
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
      const answers = busy.get(socket);
      answers?.add(response);
      if (draining) response.setHeader('Connection', 'close');
      response.once('close', () => {
        answers?.delete(response);
        // An answer whose head was out before the stop has promised to keep the connection.
        if (draining && answers?.size === 0) socket.destroySoon();
      });
    },
    isSilent(socket) {
      const answers = busy.get(socket as Socket) ?? [];
      return socket.writable && ![...answers].some((answer) => answer.headersSent);
    },
    drain() {
      draining = true;
      for (const [socket, answers] of busy) {
        if (answers.size === 0) socket.destroy();
        for (const answer of answers) if (!answer.headersSent) answer.setHeader('Connection', 'close');
      }
    },
    destroy() {
      for (const socket of [...busy.keys(), ...bare]) socket.destroy();
    },
  };
}

import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/** Below the ports the kernel hands out by itself (32768–60999), so that no outgoing connection sits on a reserved one. */
const FIRST = 20_000;
const LAST = 31_999;
const ATTEMPTS = 200;

/**
 * A TCP port that is free on both loopback families and that no other test process is given as long as this one lives: for
 * programs that cannot say which port they took, and for those that must come back on the same one.
 */
export async function reservePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(FIRST, LAST + 1);
    // An abstract Unix socket is exclusive among all processes and vanishes with this one: the reservation.
    const reservation = await listening(`\0docker-mirror-test-port-${port}`);
    if (reservation === undefined) continue;
    if ((await isFree(port, '127.0.0.1')) && (await isFree(port, '::1'))) {
      reservation.unref();
      return port;
    }
    reservation.close();
  }
  throw new Error(`no free port found between ${FIRST} and ${LAST}`);
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = await listening({ port, host });
  if (server === undefined) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/** A server listening there; undefined when somebody else does. */
function listening(where: string | { port: number; host: string }): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('listening', () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) => {
      // A machine without IPv6 has no ::1 to be taken.
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(server);
      else if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    if (typeof where === 'string') server.listen(where);
    else server.listen(where.port, where.host);
  });
}

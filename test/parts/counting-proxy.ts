import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { asPart, type Part } from './cleanup.js';

/** What the proxy does to connections; changes act on connections that come after, `refuse` and `silent` at once on all. */
export interface Faults {
  /** Breaks a connection off once the target sent this many bytes on it. */
  breakAfter?: number | undefined;
  /** How many connections `breakAfter` hits; all when absent. */
  breakTimes?: number | undefined;
  /** Resets connections as soon as they come. */
  refuse?: boolean | undefined;
  /** Takes connections and never says anything: a black hole. */
  silent?: boolean | undefined;
  /** Milliseconds before the target's first byte is passed on. */
  delay?: number | undefined;
  /** Bytes a second from the target, for each connection. */
  rate?: number | undefined;
}

/** One connection's traffic, in bytes. */
export interface ConnectionCount {
  /** From the client to the target. */
  readonly sent: number;
  /** From the target to the client. */
  readonly received: number;
}

/** A transparent TCP proxy that counts, and does harm when told to. */
export interface CountingProxy extends Part {
  readonly port: number;
  readonly url: string;
  readonly connections: readonly ConnectionCount[];
  /** Of all connections. */
  readonly total: ConnectionCount;
  /** Replaces all faults; none are left by `{}`. */
  setFaults(faults: Faults): void;
  /** Passes nothing more on over the connections that are open now, until `release`; new ones are not affected. */
  hold(): void;
  release(): void;
  reset(): void;
}

interface Counter {
  sent: number;
  received: number;
}

interface State {
  faults: Faults;
  broken: number;
  readonly counters: Counter[];
  readonly held: Set<Counter>;
  readonly sockets: Set<Socket>;
}

/** Starts a proxy in front of a loopback port. */
export async function startCountingProxy(targetPort: number): Promise<CountingProxy> {
  const state: State = { faults: {}, broken: 0, counters: [], held: new Set(), sockets: new Set() };
  const server = createServer((client) => accept(client, targetPort, state));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections: state.counters,
    get total() {
      return state.counters.reduce(
        (sum, { sent, received }) => ({ sent: sum.sent + sent, received: sum.received + received }),
        { sent: 0, received: 0 },
      );
    },
    setFaults: (faults) => {
      state.faults = faults;
      state.broken = 0;
      if (faults.refuse === true) for (const socket of state.sockets) reset(socket);
    },
    hold: () => {
      for (const counter of state.counters) state.held.add(counter);
    },
    release: () => state.held.clear(),
    reset: () => {
      state.counters.length = 0;
    },
    ...asPart(() => shut(server, state.sockets)),
  };
}

function accept(client: Socket, targetPort: number, state: State): void {
  track(client, state.sockets);
  const { faults } = state;
  if (faults.refuse === true) {
    reset(client);
    return;
  }
  const counter: Counter = { sent: 0, received: 0 };
  state.counters.push(counter);
  if (faults.silent === true) {
    client.resume();
    return;
  }
  const target = connect(targetPort, '127.0.0.1');
  track(target, state.sockets);
  client.once('close', () => target.destroy());
  client.on('data', (chunk: Buffer) => {
    counter.sent += chunk.length;
    if (!target.write(chunk)) pauseUntilDrained(client, target);
  });
  client.once('end', () => target.end());
  passOn(target, client, counter, state).catch(() => client.destroy());
}

/** The target's bytes, one after the other, so that a slow client slows the target down. */
async function passOn(target: Socket, client: Socket, counter: Counter, state: State): Promise<void> {
  const { breakAfter, breakTimes = Number.POSITIVE_INFINITY, delay, rate } = state.faults;
  for await (const chunk of target as AsyncIterable<Buffer>) {
    if (counter.received === 0 && delay !== undefined) await sleep(delay);
    while ((state.faults.silent === true || state.held.has(counter)) && !client.destroyed) await sleep(20);
    const breaks = breakAfter !== undefined && state.broken < breakTimes;
    const room = breaks ? breakAfter - counter.received : chunk.length;
    const part = chunk.subarray(0, Math.max(0, room));
    if (rate !== undefined) await sleep((part.length / rate) * 1000);
    counter.received += part.length;
    if (client.destroyed) return;
    const flushed = client.write(part);
    if (part.length < chunk.length) {
      state.broken += 1;
      await new Promise<void>((resolve) => client.write('', () => resolve()));
      reset(client);
      target.destroy();
      return;
    }
    if (!flushed) await new Promise((resolve) => client.once('drain', resolve).once('close', resolve));
  }
  client.end();
}

/**
 * Cuts a connection off. One that is being ended cannot be reset: Node 20 takes the attempt for done, keeps the handle, and the
 * process then waits for it for ever when it exits.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

function pauseUntilDrained(from: Socket, to: Socket): void {
  from.pause();
  to.once('drain', () => from.resume());
}

function track(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  // A connection that breaks is what this proxy is for; the other side is told by `close`.
  socket.on('error', () => socket.destroy());
}

function shut(server: Server, sockets: Set<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

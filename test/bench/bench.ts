import type { ChildProcess } from 'node:child_process';
import { exchange } from './channel.js';
import type { Catalog } from './content.js';
import type { ClientReply, Job, JobResult } from './load/client.js';
import type { Counts, UpstreamReply, UpstreamRequest, UpstreamSettings } from './load/upstream.js';
import type { Options } from './options.js';
import type { Peer, PeerName } from './peers/peer.js';
import type { Scratch } from './scratch.js';
import { type Server, startServer } from './server.js';

/** What a row measures with. */
export interface Bench {
  readonly options: Options;
  readonly scratch: Scratch;
  /** The servers there are; without `direct`, which is the upstream. */
  readonly peers: readonly Peer[];
  readonly catalog: Catalog;
  /** The upstream's port. */
  readonly upstream: number;
  /** Sets the upstream's counters to zero and its link to this many Mbit/s; 0 is no limit. */
  resetUpstream(megabits: number): Promise<void>;
  /** What the upstream has sent since, once it sends no more. */
  upstreamCounts(): Promise<Counts>;
  /** Starts a server with an empty folder. */
  start(peer: Peer): Promise<Server>;
  /** Says on standard error what is being done. */
  progress(text: string): void;
}

const SEED = 'docker-mirror bench 1';

/** Starts the upstream and puts the bench together. The scratch ends the upstream. */
export async function openBench(
  options: Options,
  scratch: Scratch,
  peers: readonly Peer[],
  progress: (text: string) => void,
): Promise<Bench> {
  const upstream = await openUpstream(scratch, { seed: SEED, sizes: options.sizes });
  return {
    options,
    scratch,
    peers,
    catalog: upstream.catalog,
    upstream: upstream.port,
    progress,
    start: (peer) => startServer(scratch, peer, upstream.port),
    resetUpstream: (megabits) => upstream.reset(megabits),
    upstreamCounts: () => upstream.counts(),
  };
}

/** An upstream that runs. */
export interface OpenUpstream {
  readonly port: number;
  readonly catalog: Catalog;
  /** Sets its counters to zero, its link to this many Mbit/s, 0 being no limit, and the milliseconds before each answer. */
  reset(megabits: number, latency?: number): Promise<void>;
  /** What it has sent since, once it sends no more. */
  counts(): Promise<Counts>;
  stop(): Promise<void>;
}

/** Starts an upstream in a process of its own. */
export async function openUpstream(scratch: Scratch, settings: UpstreamSettings): Promise<OpenUpstream> {
  const child = scratch.fork(new URL('./load/upstream.js', import.meta.url), [JSON.stringify(settings)]);
  const { port, catalog } = expectKind(await exchange<UpstreamReply>(child), 'ready');
  return {
    port,
    catalog,
    async reset(megabits, latency = 0) {
      expectKind(await ask(child, { kind: 'reset', megabits, latency }), 'reset');
    },
    async counts() {
      return expectKind(await ask(child, { kind: 'counts' }), 'counts').counts;
    },
    stop: () => scratch.stop(child),
  };
}

function ask(child: ChildProcess, request: UpstreamRequest): Promise<UpstreamReply> {
  return exchange<UpstreamReply>(child, request);
}

function expectKind<Kind extends UpstreamReply['kind']>(
  reply: UpstreamReply,
  kind: Kind,
): Extract<UpstreamReply, { kind: Kind }> {
  if (reply.kind !== kind) throw new Error(`the upstream answered ${reply.kind} instead of ${kind}`);
  return reply as Extract<UpstreamReply, { kind: Kind }>;
}

/** What clients did together. */
export interface LoadResult {
  /** Milliseconds from the first start to the last end. */
  readonly wall: number;
  readonly bytes: number;
  readonly firstBytes: readonly number[];
}

/**
 * Runs jobs at once, each in a process of its own, all starting when all are ready.
 * @throws Error when any client did not get all of what it asked for
 */
export async function runLoad(scratch: Scratch, jobs: readonly Job[]): Promise<LoadResult> {
  const children = jobs.map(() => scratch.fork(new URL('./load/client.js', import.meta.url), []));
  try {
    await Promise.all(children.map((child, i) => exchange<ClientReply>(child, jobs[i])));
    const replies = await Promise.all(children.map((child) => exchange<ClientReply>(child, 'go')));
    const results = replies.map(resultOf);
    return {
      wall:
        Math.max(...results.map(({ ended }) => ended)) - Math.min(...results.map(({ started }) => started)),
      bytes: results.reduce((sum, { bytes }) => sum + bytes, 0),
      firstBytes: results.flatMap(({ firstBytes }) => firstBytes),
    };
  } finally {
    await Promise.all(children.map((child) => scratch.stop(child)));
  }
}

function resultOf(reply: ClientReply): JobResult {
  if (reply.kind === 'done') return reply.result;
  throw new Error(reply.kind === 'failed' ? reply.message : `a client answered ${reply.kind}`);
}

/** The named server, if it takes part. */
export function findPeer(bench: Bench, name: PeerName): Peer | undefined {
  return bench.peers.find((peer) => peer.name === name);
}

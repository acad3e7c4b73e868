import { type Bench, runLoad } from '../bench.js';
import type { Server } from '../server.js';
import { pullJobs } from './cold.js';

/** A server may still be writing what its client already has, so more than two fetches can be needed. */
const ATTEMPTS = 5;

/**
 * Starts every server, lets each fetch the image and the big blob until it asks the upstream for no blob any more, with all
 * digests checked from the second time on, and stops them when the work is done or has failed.
 */
export async function withWarmServers(
  bench: Bench,
  work: (servers: readonly Server[]) => Promise<void>,
): Promise<void> {
  const servers: Server[] = [];
  try {
    for (const peer of bench.peers) {
      bench.progress(`warming ${peer.name}`);
      const server = await bench.start(peer);
      servers.push(server);
      await warm(bench, server);
    }
    await work(servers);
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function warm(bench: Bench, server: Server): Promise<void> {
  let bytes = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await bench.resetUpstream(0);
    await fill(bench, server, attempt > 0);
    ({ bytes } = await bench.upstreamCounts());
    if (attempt > 0 && bytes <= bench.catalog.image.manifest.size) return;
  }
  throw new Error(`${server.name} does not get warm: the last time it still fetched ${bytes} bytes`);
}

async function fill(bench: Bench, server: Server, hash: boolean): Promise<void> {
  const blob = { port: server.port, ...bench.catalog.big, hash };
  await runLoad(bench.scratch, pullJobs(bench, server.port, 1, hash));
  await runLoad(bench.scratch, [{ kind: 'blobs', clients: [[blob]] }]);
}

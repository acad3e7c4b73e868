import { type Bench, runLoad } from '../bench.js';
import type { Server } from '../server.js';
import { pullJobs } from './cold.js';

/**
 * Starts every server, lets each fetch the image and the big blob twice (the second time all digests are checked, and the
 * upstream must not be asked for a blob any more), and stops them when the work is done or has failed.
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
      await bench.resetUpstream(0);
      await fill(bench, server, false);
      await bench.upstreamCounts();
      await bench.resetUpstream(0);
      await fill(bench, server, true);
      const { bytes } = await bench.upstreamCounts();
      if (bytes > bench.catalog.image.manifest.size) {
        throw new Error(`${peer.name} is not warm: it fetched ${bytes} bytes again`);
      }
    }
    await work(servers);
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function fill(bench: Bench, server: Server, hash: boolean): Promise<void> {
  const blob = { port: server.port, ...bench.catalog.big, hash };
  await runLoad(bench.scratch, pullJobs(bench, server.port, 1, hash));
  await runLoad(bench.scratch, [{ kind: 'blobs', clients: [[blob]] }]);
}

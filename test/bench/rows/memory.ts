import { type Bench, runLoad } from '../bench.js';
import type { BlobName } from '../content.js';
import type { Peer } from '../peers/peer.js';
import { peakMemory } from '../processes.js';
import { check, record } from '../result.js';
import { MIB } from '../sizes.js';
import { spread } from './cold.js';
import type { Row } from './row.js';

const BOUND_MIB = 200;

/**
 * Peak resident memory while many clients fetch a big blob the server does not have: all the same one, and with `--full`
 * each another one. Once, not in rounds: it is a maximum. Stock is only measured with `--full`, as it writes the blob once
 * for every client.
 */
export const memory: Row = {
  name: 'memory',
  title: 'Memory, 32 clients × 200 MiB cold',
  async run(bench) {
    const same = record('peak memory, the same blob', 'MiB');
    const different = record('peak memory, 32 different blobs', 'MiB');
    const { big, distinct } = bench.catalog;
    const { memoryClients, distinct: full } = bench.options.sizes;
    for (const peer of bench.peers.filter(
      ({ name }) => name === 'mirror' || (full > 0 && name === 'stock'),
    )) {
      const blobs = Array.from({ length: memoryClients }, () => big);
      same.add(peer.name, await peak(bench, peer, blobs));
      if (distinct.length > 0) different.add(peer.name, await peak(bench, peer, distinct));
    }
    const checks = [same, ...(full > 0 ? [different] : [])].map((each) =>
      check(`${each.label}: mirror`, each.median('mirror'), '≤', BOUND_MIB, 'MiB'),
    );
    return { recorders: full > 0 ? [same, different] : [same], checks };
  },
};

async function peak(bench: Bench, peer: Peer, blobs: readonly BlobName[]): Promise<number> {
  bench.progress(`memory with ${blobs.length} clients: ${peer.name}`);
  const server = await bench.start(peer);
  try {
    await bench.resetUpstream(0);
    const clients = blobs.map((blob) => [{ port: server.port, ...blob }]);
    let taken = 0;
    const jobs = spread(clients.length).map((count) => {
      taken += count;
      return { kind: 'blobs' as const, clients: clients.slice(taken - count, taken) };
    });
    await runLoad(bench.scratch, jobs);
    await bench.upstreamCounts();
    return peakMemory(server.pid) / MIB;
  } finally {
    await server.stop();
  }
}

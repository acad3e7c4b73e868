import { runLoad } from '../bench.js';
import type { PeerName } from '../peers/peer.js';
import { check, record } from '../result.js';
import type { Server } from '../server.js';
import type { Row } from './row.js';

/**
 * When a blob's first byte comes, of blobs no server has seen: each is fetched directly and through each server in turn,
 * one after the other, each over a new connection.
 */
export const firstByte: Row = {
  name: 'first-byte',
  title: 'Cold blob, first byte',
  async run(bench) {
    const time = record('time to the first body byte', 'ms');
    await bench.resetUpstream(0);
    const servers: Server[] = [];
    try {
      for (const peer of bench.peers) servers.push(await bench.start(peer));
      const places: { name: PeerName; port: number }[] = [
        { name: 'direct', port: bench.upstream },
        ...servers,
      ];
      bench.progress(`first byte of ${bench.catalog.small.length} cold blobs`);
      const blobs = bench.catalog.small.flatMap((blob) => places.map(({ port }) => ({ port, ...blob })));
      const { firstBytes } = await runLoad(bench.scratch, [{ kind: 'blobs', clients: [blobs] }]);
      for (const [i, { name }] of places.entries()) {
        // The very first blob meets processes whose code has not run yet, which is not what a user waits for each time.
        const mine = firstBytes.filter((_, position) => position % places.length === i);
        time.add(name, ...mine.slice(1));
      }
    } finally {
      for (const server of servers) await server.stop();
    }
    const [mirror, direct] = [time.median('mirror'), time.median('direct')];
    const later = mirror === undefined || direct === undefined ? undefined : mirror - direct;
    return { recorders: [time], checks: [check('mirror later than direct by', later, '≤', 10, 'ms')] };
  },
};

import { type Bench, type LoadResult, runLoad } from '../bench.js';
import type { Job } from '../load/client.js';
import type { Peer } from '../peers/peer.js';
import { type Recorder, record } from '../result.js';

/** Load processes at most: more of them would only take processor time from the servers. */
const PROCESSES = 4;

/** The image's pull by this many clients, spread over processes. */
export function pullJobs(bench: Bench, port: number, clients: number, hash = false): Job[] {
  const { repository, tag } = bench.catalog.image;
  return spread(clients).map((count) => ({
    kind: 'pull',
    from: { port, repository, tag, hash },
    clients: count,
  }));
}

/** How many clients each process runs. */
export function spread(clients: number): number[] {
  const processes = Math.min(clients, PROCESSES);
  return Array.from({ length: processes }, (_, i) => Math.floor((clients + i) / processes));
}

/** What comparing cold pulls records. */
export interface ColdRecorders {
  readonly time: Recorder;
  readonly fetched: Recorder;
}

/**
 * Cold pulls: in each round every server starts on an empty folder, which is not timed, and the clients pull the image.
 * After the first round's clock has stopped it is pulled once more with every digest checked.
 * @param megabits the upstream's link; 0 is no limit
 */
export async function coldRounds(
  bench: Bench,
  clients: number,
  megabits: number,
  label: string,
): Promise<ColdRecorders> {
  const time = record(`time${label}`, 's');
  const fetched = record(`upstream bytes ÷ unique${label}`, '×');
  for (let round = 1; round <= bench.options.rounds; round++) {
    bench.progress(`${clients} cold${label}, round ${round}: direct`);
    await bench.resetUpstream(megabits);
    const direct = await runLoad(bench.scratch, pullJobs(bench, bench.upstream, clients));
    time.add('direct', direct.wall / 1000);
    fetched.add('direct', (await bench.upstreamCounts()).bytes / bench.catalog.image.unique);
    for (const peer of bench.peers) {
      bench.progress(`${clients} cold${label}, round ${round}: ${peer.name}`);
      const { load, bytes } = await coldOnce(bench, peer, clients, megabits, round === 1);
      time.add(peer.name, load.wall / 1000);
      fetched.add(peer.name, bytes / bench.catalog.image.unique);
    }
  }
  return { time, fetched };
}

async function coldOnce(
  bench: Bench,
  peer: Peer,
  clients: number,
  megabits: number,
  verify: boolean,
): Promise<{ load: LoadResult; bytes: number }> {
  const server = await bench.start(peer);
  try {
    await bench.resetUpstream(megabits);
    const load = await runLoad(bench.scratch, pullJobs(bench, server.port, clients));
    const { bytes } = await bench.upstreamCounts();
    if (verify) await runLoad(bench.scratch, pullJobs(bench, server.port, 1, true));
    return { load, bytes };
  } finally {
    await server.stop();
  }
}

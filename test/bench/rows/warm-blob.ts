import { type Bench, runLoad } from '../bench.js';
import { cpuSeconds, ticksPerSecond } from '../processes.js';
import { check, type Recorder, ratio, record } from '../result.js';
import type { Server } from '../server.js';
import { GIB, MIB } from '../sizes.js';
import type { Row } from './row.js';
import { withWarmServers } from './warm.js';

/** The big blob out of each server's store, by one client and by four, each client a process. */
export const warmBlob: Row = {
  name: 'warm-blob',
  title: 'Warm blob',
  async run(bench) {
    const { one, four } = bench.options.sizes.warmRepeats;
    const single = recorders('1 client');
    const several = recorders('4 clients');
    const ticks = ticksPerSecond();
    await withWarmServers(bench, async (servers) => {
      for (let round = 1; round <= bench.options.rounds; round++) {
        for (const server of servers) {
          bench.progress(`warm blob, round ${round}: ${server.name}`);
          await measure(bench, server, ticks, 1, one, single);
          await measure(bench, server, ticks, 4, four, several);
        }
      }
    });
    return {
      recorders: [single.rate, single.cpu, several.rate, several.cpu],
      checks: [single, several].flatMap(({ rate, cpu }) => [
        check(`${rate.label}: mirror ÷ stock`, ratio(rate.median('mirror'), rate.median('stock')), '≥', 1),
        check(`${cpu.label}: mirror ÷ stock`, ratio(cpu.median('mirror'), cpu.median('stock')), '≤', 1),
      ]),
    };
  },
};

interface WarmRecorders {
  readonly rate: Recorder;
  readonly cpu: Recorder;
}

function recorders(clients: string): WarmRecorders {
  return {
    rate: record(`throughput, ${clients}`, 'MiB/s'),
    cpu: record(`server CPU, ${clients}`, 'CPU s/GiB'),
  };
}

async function measure(
  bench: Bench,
  server: Server,
  ticks: number,
  clients: number,
  repeats: number,
  { rate, cpu }: WarmRecorders,
): Promise<void> {
  const blobs = Array.from({ length: repeats }, () => ({ port: server.port, ...bench.catalog.big }));
  const jobs = Array.from({ length: clients }, () => ({ kind: 'blobs' as const, clients: [blobs] }));
  const before = cpuSeconds(server.pid, ticks);
  const { wall, bytes } = await runLoad(bench.scratch, jobs);
  cpu.add(server.name, (cpuSeconds(server.pid, ticks) - before) / (bytes / GIB));
  rate.add(server.name, bytes / MIB / (wall / 1000));
}

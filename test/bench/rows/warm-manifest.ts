import type { Bench } from '../bench.js';
import { ACCEPT } from '../load/pull.js';
import { firstLine } from '../machine.js';
import { check, ratio, record } from '../result.js';
import { output, type Server } from '../server.js';
import type { Row } from './row.js';
import { withWarmServers } from './warm.js';

const CONNECTIONS = 16;

/** Requests per second for a manifest in the store, by wrk with one thread. */
export const warmManifest: Row = {
  name: 'warm-manifest',
  title: 'Warm manifest',
  async run(bench) {
    const byDigest = record('by digest', 'requests/s');
    const byTag = record('by tag, within the revalidate window', 'requests/s');
    const { tag, manifest } = bench.catalog.image;
    if (firstLine('wrk', ['-v']) === undefined) {
      bench.progress('wrk is not installed: the manifest row is left out (apt-get install wrk)');
    } else {
      await withWarmServers(bench, async (servers) => {
        for (let round = 1; round <= bench.options.rounds; round++) {
          for (const server of servers) {
            bench.progress(`warm manifest, round ${round}: ${server.name}`);
            byDigest.add(server.name, await requestRate(bench, server, manifest.digest));
            byTag.add(server.name, await requestRate(bench, server, tag));
          }
        }
      });
    }
    return {
      recorders: [byDigest, byTag],
      checks: [byDigest, byTag].map((each) =>
        check(`${each.label}: mirror ÷ stock`, ratio(each.median('mirror'), each.median('stock')), '≥', 5),
      ),
    };
  },
};

async function requestRate(bench: Bench, server: Server, reference: string): Promise<number> {
  const seconds = bench.options.sizes.manifestSeconds;
  const url = `http://127.0.0.1:${server.port}/v2/${bench.catalog.image.repository}/manifests/${reference}`;
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-H', `Accept: ${ACCEPT}`, url];
  return readRate(await output('wrk', args, (seconds + 30) * 1000));
}

/**
 * Reads wrk's report.
 * @throws Error when there was an answer other than 2xx or 3xx, or a socket error
 */
export function readRate(report: string): number {
  const failed = /^ *(Non-2xx or 3xx responses: .*|Socket errors: .*)$/m.exec(report)?.[1];
  if (failed !== undefined) throw new Error(`wrk: ${failed}`);
  const rate = /^Requests\/sec: *([0-9.]+)$/m.exec(report)?.[1];
  if (rate === undefined || Number(rate) === 0) throw new Error(`wrk gave no rate:\n${report}`);
  return Number(rate);
}

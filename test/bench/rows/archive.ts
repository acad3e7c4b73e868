import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillStore } from '../../parts/fill-store.js';
import { buildImage } from '../../parts/images.js';
import { randomLayer } from '../../parts/layers.js';
import { MAIN } from '../../parts/mirror.js';
import { mirrorFolder } from '../../parts/mirror-folder.js';
import { writeLayout } from '../../parts/publish.js';
import type { Command } from '../peers/peer.js';
import { skopeoArchive, skopeoVersion } from '../peers/skopeo.js';
import { check, ratio, record } from '../result.js';
import type { Row } from './row.js';

const TIME_LIMIT_MS = 300_000;
const NAME = 'bench/archive:1';

/** Each way to compress: what the mirror calls it, and the program that skopeo's output goes through. */
const WAYS = [
  { compression: 'gzip', compressor: 'gzip -c' },
  { compression: 'zstd', compressor: 'zstd -q -3 -T1 -c' },
] as const;

/** One image written to one file, from a store by the mirror and from an image layout by skopeo and a compressor. */
export const archive: Row = {
  name: 'archive',
  title: 'Archive of an image of five layers',
  async run(bench) {
    const times = WAYS.map(({ compression }) => record(`time, ${compression}`, 's'));
    const layers = bench.options.sizes.layers.map((size, i) => randomLayer(`bench-archive-${i}`, size));
    const image = buildImage({ layers });
    await using mirror = await mirrorFolder();
    await fillStore(mirror.store, image, { repository: 'bench/archive', tag: '1', upstream: 'docker.io' });
    const folder = bench.scratch.newFolder('archive');
    const layout = join(folder, 'layout');
    await writeLayout(image, layout, NAME);
    const output = join(folder, 'out');
    for (let round = 1; round <= bench.options.rounds; round++) {
      for (const [i, { compression, compressor }] of WAYS.entries()) {
        bench.progress(`archive, ${compression}, round ${round}`);
        const ours = [MAIN, 'archive', NAME, '--output', output, '--compression', compression];
        times[i]?.add('mirror', seconds({ program: process.execPath, args: ours }, mirror.env));
        if (skopeoVersion() !== undefined) {
          const theirs = skopeoArchive(layout, NAME, compressor, join(folder, 'theirs'));
          times[i]?.add('skopeo', seconds(theirs, process.env));
        }
        rmSync(output, { recursive: true });
      }
    }
    bench.scratch.removeFolder(folder);
    return {
      recorders: times,
      checks: times.map((time) =>
        check(`${time.label}: mirror ÷ skopeo`, ratio(time.median('mirror'), time.median('skopeo')), '≤', 1),
      ),
    };
  },
};

function seconds({ program, args }: Command, env: NodeJS.ProcessEnv): number {
  const started = performance.now();
  const { status, signal, stderr } = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
  });
  if (status !== 0) throw new Error(`${program} ended with ${status ?? signal}: ${stderr}`);
  return (performance.now() - started) / 1000;
}

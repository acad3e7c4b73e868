import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ZSTD } from '#src/images/compress/zstd.js';
import { fillStore } from '../../parts/fill-store.js';
import { buildImage } from '../../parts/images.js';
import { plainLayer, randomLayer } from '../../parts/layers.js';
import { MAIN } from '../../parts/mirror.js';
import { mirrorFolder } from '../../parts/mirror-folder.js';
import { writeLayout } from '../../parts/publish.js';
import type { Bench } from '../bench.js';
import type { Command } from '../peers/peer.js';
import { skopeoArchive, skopeoVersion } from '../peers/skopeo.js';
import { check, type Recorder, ratio, record } from '../result.js';
import type { Row } from './row.js';

const TIME_LIMIT_MS = 300_000;

/** Each way to compress: what the mirror calls it, and the program that skopeo's output goes through, with the same options. */
const WAYS = [
  { compression: 'gzip', compressor: 'gzip -c' },
  { compression: 'zstd', compressor: `zstd ${ZSTD.join(' ')}` },
] as const;

/** Layers as registries have them, which no compressor makes smaller, and layers as `docker save` has them. */
const KINDS = [
  { repository: 'bench/packed', what: 'compressed layers', layer: randomLayer },
  { repository: 'bench/plain', what: 'plain layers', layer: plainLayer },
] as const;

/** An image written to one file, from a store by the mirror and from an image layout by skopeo and a compressor. */
export const archive: Row = {
  name: 'archive',
  title: 'Archive of an image of five layers',
  async run(bench) {
    const folder = bench.scratch.newFolder('archive');
    const recorders: Recorder[] = [];
    for (const { repository, what, layer } of KINDS) {
      const layers = bench.options.sizes.layers.map((size, i) => layer(`bench-archive-${i}`, size));
      const image = buildImage({ layers });
      await using mirror = await mirrorFolder();
      await fillStore(mirror.store, image, { repository, tag: '1', upstream: 'docker.io' });
      const layout = join(folder, what.replace(' ', '-'));
      await writeLayout(image, layout, `${repository}:1`);
      recorders.push(...measure({ bench, what, name: `${repository}:1`, env: mirror.env, layout, folder }));
    }
    bench.scratch.removeFolder(folder);
    return {
      recorders,
      checks: recorders.map((time) =>
        check(`${time.label}: mirror ÷ skopeo`, ratio(time.median('mirror'), time.median('skopeo')), '≤', 1),
      ),
    };
  },
};

interface Subject {
  readonly bench: Bench;
  readonly what: string;
  readonly name: string;
  /** Of the mirror that has it. */
  readonly env: NodeJS.ProcessEnv;
  /** The same image for skopeo. */
  readonly layout: string;
  readonly folder: string;
}

function measure({ bench, what, name, env, layout, folder }: Subject): Recorder[] {
  const times = WAYS.map(({ compression }) => record(`time, ${what}, ${compression}`, 's'));
  const output = join(folder, 'out');
  for (let round = 1; round <= bench.options.rounds; round++) {
    for (const [i, { compression, compressor }] of WAYS.entries()) {
      bench.progress(`archive, ${what}, ${compression}, round ${round}`);
      const ours = [MAIN, 'archive', name, '--output', output, '--compression', compression];
      times[i]?.add('mirror', seconds({ program: process.execPath, args: ours }, env));
      if (skopeoVersion() !== undefined) {
        const theirs = skopeoArchive(layout, name, compressor, join(folder, 'theirs'));
        times[i]?.add('skopeo', seconds(theirs, process.env));
      }
      rmSync(output, { recursive: true });
    }
  }
  return times;
}

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

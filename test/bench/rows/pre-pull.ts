import type { Bench } from '../bench.js';
import { type OpenUpstream, openUpstream } from '../bench.js';
import { skopeoCopies, skopeoVersion } from '../peers/skopeo.js';
import { check, type Recorder, ratio, record } from '../result.js';
import { startUpdatingMirror, timed } from '../updating.js';
import type { Row } from './row.js';

/** Images at once, on both sides: what the settings say when nobody sets them. */
const PARALLEL = 3;
const MEGABYTE = 1_000_000;

/**
 * Images that are fetched ahead into an empty mirror, and by plain copying into folders: the whole process each. The bound is for an upstream
 * behind a link; with none, upstream and both sides share the machine's cores.
 */
export const prePull: Row = {
  name: 'pre-pull',
  title: 'docker-mirror update, 20 images of 100 MB that are not here yet',
  async run(bench) {
    const { sizes, link } = bench.options;
    bench.progress(`making ${sizes.prePull.images} images`);
    const upstream = await openUpstream(bench.scratch, { seed: 'pre-pull', sizes, shelf: sizes.prePull });
    const linked = await rounds(bench, upstream, link, `${link} Mbit/s`);
    const loopback = await rounds(bench, upstream, 0, 'loopback');
    await upstream.stop();
    return {
      recorders: [linked, loopback],
      checks: [
        check(
          `${linked.label}: mirror ÷ skopeo`,
          ratio(linked.median('mirror'), linked.median('skopeo')),
          '≥',
          0.8,
        ),
      ],
    };
  },
};

async function rounds(
  bench: Bench,
  upstream: OpenUpstream,
  megabits: number,
  label: string,
): Promise<Recorder> {
  const rate = record(`throughput, ${label}`, 'MB/s');
  const { images, layers } = bench.options.sizes.prePull;
  const megabytes = (images * layers.reduce((sum, size) => sum + size, 0)) / MEGABYTE;
  for (let round = 1; round <= bench.options.rounds; round += 1) {
    bench.progress(`pre-pull, ${label}, round ${round}: mirror`);
    await upstream.reset(megabits);
    const { server, update } = await startUpdatingMirror(
      bench.scratch,
      upstream.port,
      upstream.catalog.shelf,
    );
    rate.add('mirror', megabytes / (await update()).seconds);
    await server.stop();
    if (skopeoVersion() === undefined) continue;
    bench.progress(`pre-pull, ${label}, round ${round}: skopeo`);
    await upstream.reset(megabits);
    const folder = bench.scratch.newFolder('copies');
    const { program, args } = skopeoCopies(
      `127.0.0.1:${upstream.port}`,
      upstream.catalog.shelf,
      folder,
      PARALLEL,
    );
    rate.add('skopeo', megabytes / (await timed(program, args, process.env)).seconds);
    bench.scratch.removeFolder(folder);
  }
  return rate;
}

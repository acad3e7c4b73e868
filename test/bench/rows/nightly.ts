import { openUpstream } from '../bench.js';
import { makeContent } from '../content.js';
import { fillShelf } from '../fill-shelf.js';
import { check, record } from '../result.js';
import { startUpdatingMirror } from '../updating.js';
import type { Row } from './row.js';

const SEED = 'nightly';
const LATENCY_MS = 20;
/** Eight layers and a config: blobs that all have to be here. */
const LAYERS = [2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000];

/** The nightly update when nothing has changed: the whole process, from its start to its summary, with an upstream that is some way off. */
export const nightly: Row = {
  name: 'nightly',
  title: 'docker-mirror update, 500 images of nine blobs that have not changed, 20 ms to the upstream',
  async run(bench) {
    const time = record('whole process', 's');
    const asked = record('questions upstream ÷ images', '×');
    const { sizes, rounds } = bench.options;
    const shelf = { images: sizes.nightly, layers: LAYERS };
    bench.progress(`filling a mirror with ${sizes.nightly} images`);
    const upstream = await openUpstream(bench.scratch, { seed: SEED, sizes, shelf });
    const { server, update } = await startUpdatingMirror(
      bench.scratch,
      upstream.port,
      upstream.catalog.shelf,
      (root) => fillShelf(root, makeContent(SEED, sizes, shelf)),
    );
    // What is attached to the images is looked for once.
    await update();
    for (let round = 1; round <= rounds; round += 1) {
      await upstream.reset(0, LATENCY_MS);
      bench.progress(`nightly update, round ${round}`);
      const { seconds, out } = await update();
      if (!out.includes(` ${sizes.nightly} unchanged`)) throw new Error(`something had changed:\n${out}`);
      const { heads, gets } = await upstream.counts();
      time.add('mirror', seconds);
      asked.add('mirror', (heads + gets) / sizes.nightly);
    }
    await server.stop();
    await upstream.stop();
    return {
      recorders: [time, asked],
      checks: [
        check('whole process: mirror', time.median('mirror'), '≤', 2, 's'),
        check('questions upstream ÷ images, every round: mirror', asked.max('mirror'), '≤', 1),
      ],
    };
  },
};

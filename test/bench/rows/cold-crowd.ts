import { check, ratio } from '../result.js';
import { coldRounds } from './cold.js';
import type { Row } from './row.js';

/** Many clients pull the same image at the same time through a server that has nothing yet. */
export const coldCrowd: Row = {
  name: 'cold-crowd',
  title: 'Cold pull, 8 clients at once',
  async run(bench) {
    const { time, fetched } = await coldRounds(bench, bench.options.sizes.crowd, 0, '');
    return {
      recorders: [time, fetched],
      checks: [
        check('upstream bytes, every round: mirror', fetched.max('mirror'), '≤', 1),
        check('time: mirror ÷ stock', ratio(time.median('mirror'), time.median('stock')), '≤', 0.75),
      ],
    };
  },
};

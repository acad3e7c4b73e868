import { check, ratio } from '../result.js';
import { coldRounds } from './cold.js';
import type { Row } from './row.js';

/**
 * One client, once with the upstream behind a link and once without any limit. The bound is for the link: with none, upstream,
 * server and client share the machine's cores, and "direct" is a copy from memory to memory that checks and keeps nothing.
 */
export const coldPull: Row = {
  name: 'cold-pull',
  title: 'Cold pull, 1 client',
  async run(bench) {
    const { link } = bench.options;
    const linked = await coldRounds(bench, 1, link, `, ${link} Mbit/s`);
    const loopback = await coldRounds(bench, 1, 0, ', loopback');
    return {
      recorders: [linked.time, linked.fetched, loopback.time, loopback.fetched],
      checks: [
        check(
          'time: mirror ÷ direct',
          ratio(linked.time.median('mirror'), linked.time.median('direct')),
          '≤',
          1.15,
        ),
        check(`upstream bytes, ${link} Mbit/s, every round: mirror`, linked.fetched.max('mirror'), '≤', 1),
        check('upstream bytes, loopback, every round: mirror', loopback.fetched.max('mirror'), '≤', 1),
      ],
    };
  },
};

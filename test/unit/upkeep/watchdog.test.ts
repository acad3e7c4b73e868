import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { jsonLogger } from '#src/host/log.js';
import { startWatchdog } from '#src/upkeep/watchdog.js';

const lines: string[] = [];
const logger = jsonLogger({ level: 'info', fields: {} }, { write: (line: string) => void lines.push(line) });

/** Runs with a clock of its own; `pass` lets that many milliseconds pass. */
async function withClock(work: (pass: (ms: number) => Promise<void>) => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ['setInterval'] });
  try {
    await work(async (ms) => {
      mock.timers.tick(ms);
      await turn();
      await turn();
    });
  } finally {
    mock.timers.reset();
  }
}

describe('startWatchdog', () => {
  it('tells that all is well only after a look that found it so', () =>
    withClock(async (pass) => {
      let fed = 0;
      let well = true;
      const check = async () => {
        if (!well) throw new Error('ill');
      };
      const stop = startWatchdog({ within: 3_000, check, feed: async () => void fed++ }, logger);
      await pass(1_000);
      assert.equal(fed, 1);
      well = false;
      await pass(1_000);
      assert.equal(fed, 1);
      assert.match(lines.at(-1) ?? '', /not well/);
      well = true;
      await pass(1_000);
      assert.equal(fed, 2);
      stop();
      await pass(10_000);
      assert.equal(fed, 2);
    }));

  it('looks no second time while one look is under way', () =>
    withClock(async (pass) => {
      let looks = 0;
      const stop = startWatchdog(
        {
          within: 3_000_000,
          check: (signal) => {
            looks += 1;
            return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
          },
          feed: () => assert.fail('nothing was found to be well'),
        },
        logger,
      );
      await pass(1_000_000);
      await pass(1_000_000);
      assert.equal(looks, 1);
      stop();
      await turn();
    }));
});

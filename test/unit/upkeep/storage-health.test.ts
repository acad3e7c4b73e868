import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { createMemoryStore } from '#src/store/memory.js';
import { watchStorage } from '#src/upkeep/storage-health.js';
import { recordingLogger } from './recording-logger.js';

const INTERVAL = 10_000;

describe('watchStorage', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => mock.timers.reset());

  /** A store in memory whose disk can be taken away. */
  function watched(threshold: number, interval = INTERVAL) {
    const store = createMemoryStore();
    let probe: () => Promise<void> = () => store.probe();
    const { logger, lines } = recordingLogger();
    let probes = 0;
    const counted = () => {
      probes += 1;
      return probe();
    };
    const health = watchStorage({ probe: counted }, { interval, threshold }, logger);
    return {
      health,
      lines,
      probes: () => probes,
      works: () => {
        probe = () => store.probe();
      },
      fails: (message: string) => {
        probe = () => Promise.reject(new Error(message));
      },
      hangs: () => {
        let answer: () => void = () => undefined;
        const answered = new Promise<void>((resolve) => {
          answer = resolve;
        });
        probe = () => answered;
        return answer;
      },
      /** One more look at the store. */
      async round() {
        mock.timers.tick(interval);
        await new Promise((resolve) => setImmediate(resolve));
      },
    };
  }

  it('is healthy as long as the store is', async () => {
    const store = watched(1);
    assert.equal(store.health.problem(), undefined);
    for (let round = 0; round < 3; round += 1) await store.round();
    assert.equal(store.probes(), 3);
    assert.equal(store.health.problem(), undefined);
    assert.deepEqual(store.lines, []);
    store.health.stop();
  });

  it('is unhealthy after as many failures in a row as the threshold says', async () => {
    const store = watched(3);
    store.fails('no space left');
    await store.round();
    await store.round();
    assert.equal(store.health.problem(), undefined);
    store.works();
    await store.round();
    store.fails('no space left');
    await store.round();
    await store.round();
    assert.equal(store.health.problem(), undefined, 'the count began anew');
    await store.round();
    assert.equal(store.health.problem(), 'no space left');
    store.health.stop();
  });

  it('says once that it is unhealthy, shows the latest reason, and says when it has recovered', async () => {
    const store = watched(1);
    store.fails('no space left');
    await store.round();
    store.fails('read-only');
    await store.round();
    assert.equal(store.health.problem(), 'read-only');
    store.works();
    await store.round();
    assert.equal(store.health.problem(), undefined);
    assert.deepEqual(
      store.lines.map(({ level, msg }) => `${level}: ${msg}`),
      ['error: the store is not healthy', 'info: the store is healthy again'],
    );
    store.health.stop();
  });

  it('takes a probe that does not come back for a failure, begins no second one, and recovers when it does', async () => {
    const store = watched(2);
    const answer = store.hangs();
    await store.round();
    await store.round();
    assert.equal(store.health.problem(), undefined);
    await store.round();
    assert.equal(store.health.problem(), 'the store does not answer');
    assert.equal(store.probes(), 1);
    answer();
    await store.round();
    assert.equal(store.health.problem(), undefined);
    store.health.stop();
  });

  it('probes no more once it is stopped', async () => {
    const store = watched(1);
    store.health.stop();
    await store.round();
    assert.equal(store.probes(), 0);
  });
});

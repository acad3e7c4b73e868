import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drainTime } from '#src/cli/drain-time.js';
import type { Engine } from '#src/cli/engine-port.js';
import { UsageError } from '#src/cli/errors.js';
import { stopTimeout } from '#src/cli/stop.js';
import { layoutOf } from '#src/render/layout.js';
import { parseEngineConfig } from '#src/settings/load-config.js';
import { argumentsOf, emptyContext } from './support.js';

/** The time that `stop` waits with this config.yml. */
function timeoutWith(text: string, values: Record<string, number> = {}): Promise<number> {
  const context = emptyContext();
  const loadConfig: Engine['loadConfig'] = async (path, env) => parseEngineConfig(text, path, env);
  const engine: Engine = { ...context.engine, loadConfig };
  return stopTimeout(argumentsOf(values), layoutOf('/m'), { ...context, engine });
}

const CONFIG = 'version: 0.1\nstorage: filesystem\n';

describe('the time that stop waits', () => {
  it('is longer than the one that the mirror gives its transfers', async () => {
    assert.equal(await timeoutWith(CONFIG), 40_000);
    assert.equal(await timeoutWith(`${CONFIG}http: {draintimeout: 5m}\n`), 310_000);
    assert.equal(await timeoutWith(`${CONFIG}http: {draintimeout: 0s}\n`), 10_000);
  });

  it('is what was asked for', async () => {
    assert.equal(await timeoutWith(CONFIG, { timeout: 0 }), 0);
    assert.equal(await timeoutWith(`${CONFIG}http: {draintimeout: 5m}\n`, { timeout: 7 }), 7000);
  });

  it('is never negative or endless', async () => {
    await assert.rejects(timeoutWith(CONFIG, { timeout: -1 }), UsageError);
    await assert.rejects(timeoutWith(CONFIG, { timeout: 86_401 }), UsageError);
  });

  it('does not depend on a configuration that is still right', async () => {
    assert.equal(await timeoutWith('version: 9\n'), 40_000);
  });
});

describe('drainTime', () => {
  it('is never more than a timer can wait, which would cut everything off at once', () => {
    assert.equal(drainTime({ drainTimeout: 1000 * 3_600_000 }), 2 ** 31 - 1);
    assert.equal(drainTime({ drainTimeout: 90_000 }), 90_000);
    assert.equal(drainTime({}), 30_000);
  });
});

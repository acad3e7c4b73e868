import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, record } from '../result.js';
import type { Row } from './row.js';

const LAUNCHER = fileURLToPath(new URL('../../../../scripts/docker-mirror', import.meta.url));
const TIME_LIMIT_MS = 30_000;

/** What a script waits for when it asks for a setting: the whole process, from the launcher on. In `direct`, a Node.js that does nothing. */
export const configGet: Row = {
  name: 'config-get',
  title: 'docker-mirror config get DOCKER_MIRROR_PORT, on the tree of this program',
  async run(bench) {
    const time = record('whole process', 'ms');
    const file = join(bench.scratch.newFolder('config-get'), '.config');
    const env = { ...process.env, KCONFIG_CONFIG: file };
    run(LAUNCHER, ['config', 'defconfig'], env);
    const get = ['config', 'get', 'DOCKER_MIRROR_PORT'];
    run(LAUNCHER, get, env);
    // Short, so that the median needs more of them.
    const rounds = bench.options.rounds * 5;
    for (let round = 1; round <= rounds; round++) {
      bench.progress(`config get, ${round} of ${rounds}`);
      time.add('direct', run(process.execPath, ['-e', '0'], env));
      time.add('mirror', run(LAUNCHER, get, env));
    }
    return {
      recorders: [time],
      checks: [check('whole process: mirror (ms)', time.median('mirror'), '≤', 150)],
    };
  },
};

/** Milliseconds that a process took. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
  const started = performance.now();
  const { status, signal, stderr } = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
  });
  if (status !== 0) throw new Error(`${program} ended with ${status ?? signal}: ${stderr}`);
  return performance.now() - started;
}

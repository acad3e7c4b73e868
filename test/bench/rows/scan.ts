import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { check, record } from '../result.js';
import { makeScanTree } from '../scan-tree.js';
import type { Row } from './row.js';

const LAUNCHER = fileURLToPath(new URL('../../../../scripts/docker-mirror', import.meta.url));
const TIME_LIMIT_MS = 120_000;

/** Looks for images in a tree as projects have them: the whole process, from its start to the list. */
export const scan: Row = {
  name: 'scan',
  title: 'docker-mirror scan, the images of a tree of projects',
  async run(bench) {
    const time = record('per 10,000 files, whole process', 's');
    const count = bench.options.sizes.scanned;
    const folder = bench.scratch.newFolder('scan');
    const images = makeScanTree(folder, count);
    // Once for the caches.
    for (let round = 0; round <= bench.options.rounds; round += 1) {
      bench.progress(`scan of ${count} files, round ${round}`);
      const took = scanOnce(folder, images);
      if (round > 0) time.add('mirror', (took / 1000) * (10_000 / count));
    }
    bench.scratch.removeFolder(folder);
    return {
      recorders: [time],
      checks: [check('per 10,000 files: mirror', time.median('mirror'), '≤', 2, 's')],
    };
  },
};

/**
 * Milliseconds that it took.
 * @throws Error when it does not find exactly the images that there are
 */
function scanOnce(cwd: string, images: number): number {
  const started = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(LAUNCHER, ['scan', '.'], {
    cwd,
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`scan ended with ${status ?? signal}: ${stderr}`);
  const found = stdout.split('\n').length - 1;
  if (found !== images) throw new Error(`scan found ${found} images of ${images}`);
  return took;
}

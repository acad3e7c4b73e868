import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.js';
import { debianSource } from '../debian-source.js';
import { check, record } from '../result.js';
import type { Row } from './row.js';

const LAUNCHER = fileURLToPath(new URL('../../../../scripts/docker-mirror', import.meta.url));
const TIME_LIMIT_MS = 120_000;

/** Large, and with Dockerfiles and manifests all over. */
const PACKAGE = 'kubernetes';

/** Looks for images in a source tree that others wrote, as it is and with its vendored and test folders. */
export const scanSource: Row = {
  name: 'scan-source',
  title: `docker-mirror scan, the source of Debian's package ${PACKAGE}`,
  async run(bench) {
    const usual = record('per 10,000 files, whole process', 's');
    const all = record('the same with --include-all', 's');
    const folder = sourceTree(bench);
    if (folder !== undefined) {
      for (let round = 0; round <= bench.options.rounds; round += 1) {
        bench.progress(`scan of ${folder}, round ${round}`);
        const times = [scanOnce(folder, []), scanOnce(folder, ['--include-all'])];
        if (round > 0) for (const [i, to] of [usual, all].entries()) to.add('mirror', times[i] ?? 0);
      }
    }
    return {
      recorders: [usual, all],
      checks: [check('per 10,000 files: mirror', usual.median('mirror'), '≤', 2, 's')],
    };
  },
};

/** Undefined where it cannot be fetched, or is not wanted. */
function sourceTree({ options, progress }: Bench): string | undefined {
  if (options.mode === 'quick') {
    progress('scan-source is left out: --quick fetches nothing');
    return undefined;
  }
  progress(`fetching the source of ${PACKAGE}, unless it is here`);
  const tree = debianSource(PACKAGE, join(options.dir, 'sources'));
  if (tree.folder === undefined) progress(`scan-source is left out: ${tree.why}`);
  return tree.folder;
}

/**
 * Seconds per 10,000 files that it saw.
 * @throws Error when it does not end well, or finds nothing
 */
function scanOnce(cwd: string, options: readonly string[]): number {
  const started = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(
    LAUNCHER,
    ['scan', '.', '--format', 'json', ...options],
    {
      cwd,
      encoding: 'utf8',
      timeout: TIME_LIMIT_MS,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`scan ended with ${status ?? signal}: ${stderr}`);
  const { images, files } = JSON.parse(stdout) as { images: unknown[]; files: { seen: number } };
  if (images.length === 0) throw new Error('scan found no image');
  return (took / 1000) * (10_000 / files.seen);
}

import { type Finding, ok, problem, warning } from './finding.js';

const GIB = 1024 ** 3;

/** Below these parts of a disk. */
const NEARLY_FULL = 0.02;
const LITTLE = 0.1;

/** The file system that the images are on. */
export interface DiskFacts {
  readonly folder: string;
  /** Bytes. */
  readonly free: number;
  readonly total: number;
  /** Files that can still be made; undefined where that has no limit. */
  readonly freeFiles: number | undefined;
}

/** Whether there is room for more images. */
export function judgeDisk({ folder, free, total, freeFiles }: DiskFacts): Finding {
  const left = `${(free / GIB).toFixed(1)} GiB of ${(total / GIB).toFixed(1)} GiB are free for ${folder}`;
  const remedy = `make room on that disk, or move the mirror: docker-mirror config set DOCKER_MIRROR_PATH=/another/disk`;
  if (freeFiles !== undefined && freeFiles < 1_000) {
    return problem('disk', `only ${freeFiles} more files can be made on the disk of ${folder}`, remedy);
  }
  if (free < Math.max(GIB / 2, total * NEARLY_FULL)) return problem('disk', `nearly full: ${left}`, remedy);
  if (free < Math.max(2 * GIB, total * LITTLE) && free < 10 * GIB) return warning('disk', left, remedy);
  return ok('disk', left);
}

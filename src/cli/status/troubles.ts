import { countOf } from '../../images/count-of.js';
import type { StatusReport } from './status-report.js';

/** Below this share of a disk, or these bytes, it counts as nearly full. */
const LEAST_SHARE = 0.02;
const LEAST_BYTES = 512 * 1024 * 1024;

/** What is wrong with a mirror that may well serve all the same, in words. */
export function findTroubles({
  update: { last },
  disk,
  upstreams,
}: Pick<StatusReport, 'update' | 'disk' | 'upstreams'>): string[] {
  const troubles: string[] = [];
  if (last?.result === 'failed') {
    troubles.push(`the last update failed${last.problem === null ? '' : `: ${last.problem}`}`);
  }
  // What only waits is nothing wrong.
  if (last?.result === 'partly' && last.failed > 0)
    troubles.push(`${last.failed} of ${last.images} images could not be updated`);
  if (last?.result === 'partly' && last.archivesFailed > 0) {
    troubles.push(`${countOf(last.archivesFailed, 'archive')} could not be written`);
  }
  if (disk !== null && isNearlyFull(disk)) troubles.push('the disk is nearly full');
  for (const { host, circuit, lastError } of upstreams ?? []) {
    if (circuit !== 'open') continue;
    troubles.push(`${host} is not answering${lastError === null ? '' : ` (${lastError.message})`}`);
  }
  return troubles;
}

/** Whether so little is left of a disk that the mirror may soon have to serve without storing. */
export function isNearlyFull({ free, total }: { readonly free: number; readonly total: number }): boolean {
  return free < Math.max(LEAST_BYTES, total * LEAST_SHARE);
}

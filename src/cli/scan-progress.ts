import type { ScanProgress } from '../images/scan/scan.js';
import type { Output } from './command.js';
import { liveLine } from './live-line.js';

/** Milliseconds after which a scan is worth a word. */
const FIRST = 500;

/**
 * Shows on a terminal how far a scan has come, in a line that is gone afterwards. Elsewhere nothing is shown.
 * @param clock milliseconds that only grow
 */
export function scanProgress(
  output: Output,
  clock: () => number = () => performance.now(),
): { show(progress: ScanProgress): void; clear(): void } {
  const line = liveLine(output);
  const first = clock() + FIRST;
  return {
    show({ files, images }) {
      if (clock() >= first) line.show(() => `scanned ${files} files, found ${images} images`);
    },
    clear: line.clear,
  };
}

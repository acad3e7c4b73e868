import type { ScanProgress } from '../images/scan/scan.js';
import type { Output } from './command.js';

/** Milliseconds after which a scan is worth a word, and between two of them. */
const FIRST = 500;
const AGAIN = 100;

/**
 * Shows on a terminal how far a scan has come, in a line that is gone afterwards. Elsewhere nothing is shown.
 * @param clock milliseconds that only grow
 */
export function scanProgress(
  output: Output,
  clock: () => number = () => performance.now(),
): { show(progress: ScanProgress): void; clear(): void } {
  let next = clock() + FIRST;
  let isShown = false;
  return {
    show({ files, images }) {
      const now = clock();
      if (!output.isTerminal || now < next) return;
      next = now + AGAIN;
      isShown = true;
      output.write(`\r\x1b[Kscanned ${files} files, found ${images} images`);
    },
    clear() {
      if (isShown) output.write('\r\x1b[K');
    },
  };
}

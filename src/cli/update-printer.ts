import { describeEvent, formatBytes, type UpdateEvent } from '../images/update-event.js';
import type { Output } from './command.js';

/** Shows what happens in an update. */
export interface UpdatePrinter {
  show(event: UpdateEvent): void;
  /** Takes a line away that is still being written over. */
  end(): void;
}

const LIVE_MS = 200;
/** Columns that every terminal has. */
const COLUMNS = 79;
const CLEAR = '\r\u001b[K';

/** One JSON object a line; a line for each step; and on a terminal besides, a last line that tells how far it is. */
export function updatePrinter(
  output: Output,
  json: boolean,
  now: () => number = () => performance.now(),
): UpdatePrinter {
  if (json) return { show: (event) => showJson(event, output), end: () => undefined };
  if (!output.isTerminal) return { show: (event) => showLine(event, output), end: () => undefined };
  return livePrinter(output, now);
}

/** Programs are told of bytes with the images that they belong to. */
function showJson(event: UpdateEvent, output: Output): void {
  if (event.event !== 'bytes') output.write(`${JSON.stringify(event)}\n`);
}

function showLine(event: UpdateEvent, output: Output): void {
  const line = describeEvent(event);
  if (line !== undefined) output.write(`${line}\n`);
}

function livePrinter(output: Output, now: () => number): UpdatePrinter {
  let began: number | undefined;
  let [images, over, wanted, come, shown] = [0, 0, 0, 0, Number.NEGATIVE_INFINITY];
  let isLive = false;

  function clear(): void {
    if (isLive) output.write(CLEAR);
    isLive = false;
  }

  function live(): void {
    if (now() - shown < LIVE_MS || over === images) return;
    shown = now();
    const rate = come / Math.max((shown - (began ?? shown)) / 1_000, 0.001);
    const speed =
      come === 0 ? '' : `, ${formatBytes(come)} of ${formatBytes(wanted)}, ${formatBytes(rate)}/s`;
    output.write(`${CLEAR}${`${over} of ${images} images${speed}`.slice(0, COLUMNS)}`);
    isLive = true;
  }

  return {
    show(event) {
      if (event.event === 'begun') images = event.images;
      if (event.event === 'image') over += 1;
      if (event.event === 'fetching') {
        wanted += event.bytes;
        began ??= now();
      }
      if (event.event === 'bytes') come += event.count;
      const line = describeEvent(event);
      if (line !== undefined) {
        clear();
        output.write(`${line}\n`);
      }
      live();
    },
    end: clear,
  };
}

import { describeEvent, type UpdateEvent } from '../images/update-event.js';
import type { Output } from './command.js';
import { type LiveScreen, liveScreen } from './live/live-screen.js';
import { createProgress, type Progress } from './live/progress.js';
import { progressLines } from './live/progress-view.js';
import type { LiveTerminal } from './live/terminal.js';

/** Shows what happens in an update. */
export interface UpdatePrinter {
  show(event: UpdateEvent): void;
  /** Prints something else on the same terminal: whole lines. */
  above(print: () => void): void;
  /** Takes the lines away that are still being written over. */
  end(): void;
}

/**
 * One JSON object a line; or a line for each step; or on a terminal a bar for each image that is being fetched, below a line for each one that
 * is over.
 * @param now milliseconds that only grow
 */
export function updatePrinter(
  output: Output,
  json: boolean,
  now: () => number = () => performance.now(),
): UpdatePrinter {
  const plain = { above: (print: () => void) => print(), end: () => undefined };
  if (json) return { ...plain, show: (event) => showJson(event, output) };
  if (output.live === undefined) return { ...plain, show: (event) => showLine(event, output) };
  return livePrinter(output, output.live, now);
}

/** Programs are told of bytes with the images that they belong to. */
function showJson(event: UpdateEvent, output: Output): void {
  if (event.event !== 'bytes') output.write(`${JSON.stringify(event)}\n`);
}

function showLine(event: UpdateEvent, output: Output): void {
  const line = describeEvent(event);
  if (line !== undefined) output.write(`${line}\n`);
}

function livePrinter(output: Output, terminal: LiveTerminal, now: () => number): UpdatePrinter {
  const screen: LiveScreen = liveScreen(terminal);
  const progress = createProgress();
  const { isUnicode } = terminal;
  return {
    show(event) {
      note(event, progress, now());
      if (event.event === 'ended') screen.end();
      // That an image is being fetched its bar tells.
      if (event.event !== 'fetching' && event.event !== 'bytes') screen.above(() => showLine(event, output));
      if (event.event !== 'begun') return;
      screen.show((size) => progressLines(progress.state(now()), size, { noun: 'image', isUnicode }));
    },
    above: screen.above,
    end: screen.end,
  };
}

function note(event: UpdateEvent, progress: Progress, now: number): void {
  if (event.event === 'begun') progress.expect(event.images);
  else if (event.event === 'fetching') progress.begin(event.image, event.bytes);
  else if (event.event === 'bytes') progress.add(event.image, event.count, now);
  else if (event.event === 'image') progress.end(event.image);
}

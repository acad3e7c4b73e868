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

/** What is only a matter of progress: programs are told of bytes with the images that they belong to. */
function isProgress({ event }: UpdateEvent): boolean {
  return event === 'bytes' || event === 'packing';
}

function showJson(event: UpdateEvent, output: Output): void {
  if (!isProgress(event)) output.write(`${JSON.stringify(event)}\n`);
}

function showLine(event: UpdateEvent, output: Output): void {
  const line = describeEvent(event);
  if (line !== undefined) output.write(`${line}\n`);
}

function livePrinter(output: Output, terminal: LiveTerminal, now: () => number): UpdatePrinter {
  const screen: LiveScreen = liveScreen(terminal);
  const { isUnicode } = terminal;
  let progress = createProgress();
  return {
    show(event) {
      if (event.event === 'begun' || event.event === 'archiving') {
        progress = createProgress();
        progress.expect(event.images);
        screen.show((size) => {
          const noun = event.event === 'begun' ? 'image' : 'archive';
          return progressLines(progress.state(now()), size, { noun, isUnicode });
        });
      }
      note(event, progress, now());
      if (event.event === 'ended') screen.end();
      // That an image is being fetched its bar tells.
      if (event.event !== 'fetching' && !isProgress(event)) screen.above(() => showLine(event, output));
    },
    above: screen.above,
    end: screen.end,
  };
}

function note(event: UpdateEvent, progress: Progress, now: number): void {
  if (event.event === 'fetching') progress.begin(event.image, event.bytes);
  else if (event.event === 'bytes') progress.add(event.image, event.count, now);
  else if (event.event === 'packing') progress.reach(event.image, event.done, event.total, now);
  else if (event.event === 'image' || event.event === 'archive') progress.end(event.image);
}

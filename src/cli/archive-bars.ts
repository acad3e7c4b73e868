import type { ArchiveEvent } from '../images/archive/archive-all.js';
import type { Output } from './command.js';
import { type LiveScreen, liveScreen } from './live/live-screen.js';
import { createProgress } from './live/progress.js';
import { progressLines } from './live/progress-view.js';

/** Shows on a terminal how far archives are; nothing anywhere else. */
export interface ArchiveBars extends Pick<LiveScreen, 'above' | 'end'> {
  note(event: ArchiveEvent): void;
}

/**
 * Makes one, for an output.
 * @param now milliseconds that only grow
 */
export function archiveBars({ live }: Output, now: () => number = () => performance.now()): ArchiveBars {
  if (live === undefined) {
    return { note: () => undefined, above: (print) => print(), end: () => undefined };
  }
  const screen = liveScreen(live);
  const progress = createProgress();
  const { isUnicode } = live;
  return {
    above: screen.above,
    end: screen.end,
    note(event) {
      switch (event.event) {
        case 'begun':
          progress.expect(event.images);
          screen.show((size) => progressLines(progress.state(now()), size, { noun: 'image', isUnicode }));
          break;
        case 'progress':
          progress.reach(event.image, event.done, event.total, now());
          break;
        case 'archived':
        case 'failed':
          progress.end(event.image);
          break;
        case 'ended':
          screen.end();
      }
    },
  };
}

import type { Key } from '../input/key.js';

/** Where a list stands. */
export interface ListPosition {
  /** The entry that the cursor is on. */
  readonly index: number;
  /** The first entry that is shown. */
  readonly top: number;
}

export const LIST_START: ListPosition = { index: 0, top: 0 };

/** The nearest position that a list of `count` entries of which `height` are shown can have. */
export function fitList(position: ListPosition, count: number, height: number): ListPosition {
  const index = clamp(position.index, 0, count - 1);
  const shown = Math.max(1, height);
  const top = clamp(clamp(position.top, index - shown + 1, index), 0, Math.max(0, count - shown));
  return { index, top };
}

/** The position after a key; undefined when the key does not move in lists. */
export function moveInList(
  position: ListPosition,
  key: Key,
  count: number,
  height: number,
): ListPosition | undefined {
  const by = stepOf(key, count, Math.max(1, height - 1));
  if (by === undefined) return undefined;
  const fitted = fitList(position, count, height);
  const index = clamp(fitted.index + by, 0, count - 1);
  // A page takes the window along, so that the cursor keeps its line.
  const isPage = key.name === 'pageup' || key.name === 'pagedown';
  return fitList({ index, top: isPage ? fitted.top + by : fitted.top }, count, height);
}

function stepOf(key: Key, count: number, page: number): number | undefined {
  switch (key.name) {
    case 'up':
      return -1;
    case 'down':
      return 1;
    case 'pageup':
      return -page;
    case 'pagedown':
      return page;
    case 'home':
      return -count;
    case 'end':
      return count;
    default:
      return undefined;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

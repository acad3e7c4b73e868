import type { Area, Size } from './screen/canvas.js';

/** Where the parts of the menu stand. Rows that are absent are not shown: the list goes before everything else. */
export interface MenuLayout {
  readonly titleRow: number | undefined;
  readonly pathRow: number | undefined;
  /** The box around everything, on a screen that is large enough. */
  readonly box: Area | undefined;
  /** The box around the list. */
  readonly listBox: Area | undefined;
  /** The lines about the keys. */
  readonly guide: Area | undefined;
  readonly list: Area;
  readonly dividerRow: number | undefined;
  readonly buttonRow: number | undefined;
  /** The line about what the last key did; over the list where there is no other room. */
  readonly noticeRow: number;
}

/** From here on there are boxes, as mconf has them. */
const BOXED: Size = { columns: 60, rows: 16 };
/** Below this there is only the list. */
const BARE: Size = { columns: 20, rows: 6 };

/** The layout of a screen of any size. */
export function layoutOf(size: Size): MenuLayout {
  if (size.columns >= BOXED.columns && size.rows >= BOXED.rows) return boxed(size);
  if (size.columns >= BARE.columns && size.rows >= BARE.rows) return compact(size);
  const list = { row: 0, column: 0, width: size.columns, height: size.rows };
  return { ...NOTHING, list, noticeRow: size.rows - 1 };
}

const NOTHING = {
  titleRow: undefined,
  pathRow: undefined,
  box: undefined,
  listBox: undefined,
  guide: undefined,
  dividerRow: undefined,
  buttonRow: undefined,
} as const;

function boxed({ columns, rows }: Size): MenuLayout {
  const box = { row: 2, column: 2, width: columns - 4, height: rows - 3 };
  const bottom = box.row + box.height - 1;
  const guideHeight = rows >= 22 ? (columns >= 100 ? 3 : 4) : rows >= 19 ? 2 : 0;
  const guide = { row: box.row + 1, column: box.column + 3, width: box.width - 6, height: guideHeight };
  const top = guide.row + guideHeight;
  const listBox = { row: top, column: box.column + 2, width: box.width - 4, height: bottom - 2 - top };
  return {
    titleRow: 0,
    pathRow: 1,
    box,
    listBox,
    guide,
    list: {
      row: listBox.row + 1,
      column: listBox.column + 1,
      width: listBox.width - 2,
      height: listBox.height - 2,
    },
    dividerRow: bottom - 2,
    buttonRow: bottom - 1,
    noticeRow: rows - 1,
  };
}

function compact({ columns, rows }: Size): MenuLayout {
  return {
    ...NOTHING,
    titleRow: 0,
    pathRow: 1,
    list: { row: 2, column: 0, width: columns, height: rows - 4 },
    buttonRow: rows - 1,
    noticeRow: rows - 2,
  };
}

/** How many entries a window with a list shows; the same for keys and for drawing. */
export function listHeight(dialogHeight: number, around: number): number {
  return Math.max(1, dialogHeight - around);
}

/** How tall a window is that wants `wanted` rows. */
export function dialogHeight(size: Size, wanted: number): number {
  const margin = size.rows >= BOXED.rows ? 2 : 0;
  return Math.max(1, Math.min(wanted, size.rows - margin));
}

/** How wide a window is that wants `wanted` columns. */
export function dialogWidth(size: Size, wanted: number): number {
  const margin = size.columns >= BOXED.columns ? 4 : 0;
  return Math.max(1, Math.min(wanted, size.columns - margin));
}

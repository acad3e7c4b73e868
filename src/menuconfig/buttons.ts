import type { Key } from './input/key.js';
import type { Area, Canvas } from './screen/canvas.js';
import { textWidth } from './text/width.js';

/** The buttons below the menu. */
export const MENU_BUTTONS = ['Select', 'Exit', 'Help', 'Save', 'Load'] as const;

/** The button that is active after a key; undefined when the key means nothing to buttons. */
export function moveButton(button: number, key: Key, count: number): number | undefined {
  if (key.name === 'right' || key.name === 'tab') return (button + 1) % count;
  if (key.name === 'left' || key.name === 'backtab') return (button + count - 1) % count;
  return undefined;
}

/** Draws buttons in the middle of a line, as widely spaced as there is room; only the active one where there is little. */
export function drawButtons(
  canvas: Canvas,
  line: Omit<Area, 'height'>,
  labels: readonly string[],
  active: number | undefined,
): void {
  const padded = labels.map((label) => `<${label.length < 6 ? centre(label) : label}>`);
  const tight = labels.map((label) => `<${label}>`);
  const fitting = [
    { texts: padded, gap: 4 },
    { texts: padded, gap: 2 },
    { texts: tight, gap: 1 },
  ].find(({ texts, gap }) => widthOf(texts, gap) <= line.width);
  const { texts, gap } = fitting ?? { texts: [tight[active ?? 0] ?? ''], gap: 0 };
  const isActive = (index: number) => (fitting === undefined ? active !== undefined : index === active);
  let column = line.column + Math.max(0, Math.floor((line.width - widthOf(texts, gap)) / 2));
  texts.forEach((text, index) => {
    const [style, letterStyle] = isActive(index)
      ? (['activeButton', 'activeButtonHotkey'] as const)
      : (['button', 'buttonHotkey'] as const);
    const room = line.column + line.width - column;
    canvas.text(line.row, column, text, style, room);
    const letter = text.search(/\w/);
    if (letter !== -1 && letter < room)
      canvas.text(line.row, column + letter, text[letter] ?? '', letterStyle, 1);
    column += textWidth(text) + gap;
  });
}

/** mconf writes `< Exit >` and `<  Ok  >`. */
function centre(label: string): string {
  const left = Math.floor((6 - label.length) / 2);
  return `${' '.repeat(left)}${label}${' '.repeat(6 - label.length - left)}`;
}

function widthOf(texts: readonly string[], gap: number): number {
  return texts.reduce((width, text) => width + textWidth(text), 0) + gap * (texts.length - 1);
}

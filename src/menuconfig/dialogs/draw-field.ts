import type { TextField } from '../input/text-field.js';
import type { Glyphs } from '../screen/box.js';
import type { Canvas } from '../screen/canvas.js';
import { visibleText } from '../text/visible.js';
import { charactersOf, textWidth } from '../text/width.js';
import { clip, clipStart } from '../text/wrap.js';

/** Draws a line that is being typed, scrolled so that the caret can be seen. */
export function drawField(
  canvas: Canvas,
  place: { readonly row: number; readonly column: number; readonly width: number },
  field: TextField,
  hasFocus: boolean,
  glyphs: Glyphs,
): void {
  const characters = charactersOf(field.text);
  const before = visibleText(characters.slice(0, field.caret).join(''));
  const behind = visibleText(characters.slice(field.caret).join(''));
  // One column is left for the caret behind the last character.
  const shown = clipStart(before, place.width - 1, glyphs.ellipsis);
  const column = place.column + textWidth(shown);
  const rest = clip(behind, place.width - textWidth(shown), glyphs.ellipsis);
  canvas.text(place.row, place.column, shown, 'field', place.width);
  canvas.text(place.row, column, rest, 'field', place.column + place.width - column);
  if (hasFocus) canvas.cursor(place.row, column);
}

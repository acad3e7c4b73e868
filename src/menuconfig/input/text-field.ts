import { charactersOf } from '../text/width.js';
import type { Key } from './key.js';

/** A line that is being typed. */
export interface TextField {
  readonly text: string;
  /** How many characters stand before the caret. */
  readonly caret: number;
}

/** Characters that a field takes. */
const LIMIT = 4096;

/** A field with the caret at its end. */
export function fieldOf(text: string): TextField {
  return { text, caret: charactersOf(text).length };
}

/** What the field is after a key; the same field when the key means nothing to it. */
export function editField(field: TextField, key: Key): TextField {
  const characters = charactersOf(field.text);
  const { caret } = field;
  const moved = (to: number): TextField => ({
    text: field.text,
    caret: Math.max(0, Math.min(characters.length, to)),
  });
  const without = (from: number, to: number): TextField => ({
    text: [...characters.slice(0, from), ...characters.slice(to)].join(''),
    caret: from,
  });
  switch (key.name) {
    case 'left':
      return moved(caret - 1);
    case 'right':
      return moved(caret + 1);
    case 'home':
      return moved(0);
    case 'end':
      return moved(characters.length);
    case 'backspace':
      return caret === 0 ? field : without(caret - 1, caret);
    case 'delete':
      return without(caret, caret + 1);
    case 'eraseLine':
      return without(0, caret);
    case 'eraseRest':
      return without(caret, characters.length);
    case 'eraseWord':
      return without(wordStart(characters, caret), caret);
    case 'text':
    case 'paste':
      return insert(field, characters, harmless(key.text));
    default:
      return field;
  }
}

function insert({ caret, text }: TextField, characters: readonly string[], added: string): TextField {
  const before = `${characters.slice(0, caret).join('')}${fitting(added, LIMIT - text.length)}`;
  // What was added may join the character before it, as an accent does.
  return {
    text: `${before}${characters.slice(caret).join('')}`,
    caret: charactersOf(before).length,
  };
}

/** The first characters of a text, of which there is room for so many code units. */
function fitting(text: string, room: number): string {
  let kept = '';
  for (const character of charactersOf(text)) {
    if (kept.length + character.length > room) break;
    kept += character;
  }
  return kept;
}

/** A field has one line: the breaks between pasted lines become spaces, the last one is dropped, and so are control characters. */
function harmless(text: string): string {
  return text
    .replace(/[\r\n]+$/, '')
    .replace(/\r\n|[\r\n\t]/g, ' ')
    .replace(/\p{Cc}/gu, '');
}

function wordStart(characters: readonly string[], caret: number): number {
  let at = caret;
  while (at > 0 && characters[at - 1] === ' ') at -= 1;
  while (at > 0 && characters[at - 1] !== ' ') at -= 1;
  return at;
}

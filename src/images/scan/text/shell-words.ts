/** A word of a command line without its quotes, and where it begins. */
export interface Word {
  readonly text: string;
  readonly offset: number;
}

const BLANK = /[ \t\r\n]/;

/**
 * The words of a command line, quotes and backslashes taken away, as systemd.service(5), "Command lines", and shells have it. A
 * backslash before the end of a line is a blank.
 * @param offset where the text begins in its file
 */
export function shellWords(text: string, offset: number): Word[] {
  const words: Word[] = [];
  let word: { text: string; offset: number } | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const isContinued = character === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3));
    if (quote === '' && (isContinued || BLANK.test(character))) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= { text: '', offset: offset + at };
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      if (word.text === '') word.offset = offset + at + 1;
    } else if (character === '\\' && quote !== "'" && at + 1 < text.length) {
      at += 1;
      word.text += text[at] ?? '';
    } else word.text += character;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** A line of a list of images, taken apart. Positions count characters of the line. */
export interface ListLine {
  /** The first word; empty on a blank line and on one that is only a comment. */
  readonly image: string;
  readonly options: readonly LineWord[];
  /** Where the line's content ends: behind it only blanks, and the comment. */
  readonly end: number;
}

/** One option of a line, as `NAME` or `NAME=VALUE`. */
export interface LineWord {
  readonly name: string;
  /** Without its quotes; undefined: nothing stands behind the name, not even a `=`. */
  readonly value: string | undefined;
  /** What is wrong with its quotes. */
  readonly problem: string | undefined;
}

const BLANK = /\s/;

/**
 * Takes a line apart: `IMAGE [OPTION…] [# comment]`. A comment begins with a `#` at the beginning or behind a blank; a value may stand in
 * double quotes, which keep blanks and `#` together.
 */
export function splitLine(line: string): ListLine {
  const options: LineWord[] = [];
  let image = '';
  let end = 0;
  let at = skipBlanks(line, 0);
  while (at < line.length && line[at] !== '#') {
    if (image === '') {
      end = wordEnd(line, at);
      image = line.slice(at, end);
    } else {
      const option = readOption(line, at);
      options.push(option.word);
      end = option.end;
    }
    at = skipBlanks(line, end);
  }
  return { image, options, end };
}

/** The lines of a text with what ends each of them: `\n`, `\r\n`, `\r`, or nothing at the end of the text. */
export function splitLines(text: string): { readonly content: string; readonly ending: string }[] {
  const lines = [...text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)].map(([, content = '', ending = '']) => ({
    content,
    ending,
  }));
  // Behind the last line's end stands nothing, and not one more line.
  if (lines.at(-1)?.content === '') lines.pop();
  return lines;
}

function readOption(line: string, at: number): { readonly word: LineWord; readonly end: number } {
  const plainEnd = wordEnd(line, at);
  const plain = line.slice(at, plainEnd);
  const equals = plain.indexOf('=');
  if (equals < 0) return { word: { name: plain, value: undefined, problem: undefined }, end: plainEnd };
  const name = plain.slice(0, equals);
  const from = at + equals + 1;
  if (line[from] !== '"') {
    return { word: { name, value: plain.slice(equals + 1), problem: undefined }, end: plainEnd };
  }
  const close = line.indexOf('"', from + 1);
  if (close < 0) {
    const word = { name, value: line.slice(from + 1), problem: 'the quote is not closed' };
    return { word, end: line.length };
  }
  const end = wordEnd(line, close + 1);
  const problem = end === close + 1 ? undefined : 'a blank is needed behind the closing quote';
  return { word: { name, value: line.slice(from + 1, close), problem }, end };
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && BLANK.test(line.charAt(at))) at += 1;
  return at;
}

function wordEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length && !BLANK.test(line.charAt(at))) at += 1;
  return at;
}

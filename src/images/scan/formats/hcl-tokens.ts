/** A piece of HCL. */
export interface HclToken {
  readonly kind: 'word' | 'text' | 'mark' | 'newline';
  /** Of a text what is between its quotes, as it is written. */
  readonly text: string;
  /** Of a text where it begins behind its quote. */
  readonly offset: number;
}

/**
 * The tokens of an HCL file (HCL native syntax, "Lexical Elements"), comments left out. Here-documents are texts that nobody looks
 * into.
 */
export function* hclTokens(text: string): Generator<HclToken> {
  const skipped = /(?:[ \t\r]+|#[^\n]*|\/\/[^\n]*)+/y;
  const word = /[A-Za-z_][A-Za-z0-9_-]*/y;
  const heredoc = /<<-?([A-Za-z_][A-Za-z0-9_]*)[^\n]*\n/y;
  for (let at = 0; at < text.length; ) {
    skipped.lastIndex = word.lastIndex = heredoc.lastIndex = at;
    if (skipped.test(text)) {
      at = skipped.lastIndex;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      at = end < 0 ? text.length : end + 2;
    } else if (text[at] === '"') {
      const end = textEnd(text, at + 1);
      yield { kind: 'text', text: text.slice(at + 1, end), offset: at + 1 };
      at = end + 1;
    } else if (word.test(text)) {
      yield { kind: 'word', text: text.slice(at, word.lastIndex), offset: at };
      at = word.lastIndex;
    } else {
      const start = heredoc.exec(text);
      const mark = text[at] ?? '';
      yield { kind: mark === '\n' ? 'newline' : 'mark', text: mark, offset: at };
      at = start === null ? at + 1 : heredocEnd(text, heredoc.lastIndex, start[1] ?? '');
    }
  }
}

/** The closing quote, or the end of the line. Quotes inside `${…}` belong to it. */
function textEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\n') return at;
    if (character === '\\') at += 1;
    else if (text.startsWith('${', at) && text[at - 1] !== '$') depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
    else if (character === '"' && depth === 0) return at;
  }
  return text.length;
}

function heredocEnd(text: string, start: number, name: string): number {
  for (let at = start; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    if (text.slice(at, end).trim() === name) return end;
    at = end + 1;
  }
  return text.length;
}

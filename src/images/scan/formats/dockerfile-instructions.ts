/** A word of an instruction, without quotes, and where it begins. */
export interface Word {
  readonly text: string;
  readonly offset: number;
}

/** One instruction. */
export interface Instruction {
  /** In capitals: `FROM`. That of `ONBUILD` is the one behind it. */
  readonly word: string;
  /** The words before the first that is none of the form `--name…`. */
  readonly flags: readonly Word[];
  readonly args: readonly Word[];
}

export interface Directives {
  readonly syntax: Word | undefined;
  /** The character that continues lines and escapes others. */
  readonly escaper: string;
}

const DIRECTIVE = /^[ \t]*#[ \t]*([a-zA-Z][a-zA-Z0-9]*)[ \t]*=[ \t]*(.*?)[ \t]*\r?$/;

/** The parser directives, which are only looked for until anything else comes (Dockerfile reference, "Parser directives"). */
export function directivesOf(text: string): Directives {
  let syntax: Word | undefined;
  let escaper = '\\';
  for (const { content, offset } of linesOf(text)) {
    const match = DIRECTIVE.exec(content);
    if (match === null) break;
    const [, name = '', value = ''] = match;
    if (name.toLowerCase() === 'syntax') {
      syntax ??= { text: value, offset: offset + content.indexOf(value, content.indexOf('=') + 1) };
    } else if (name.toLowerCase() === 'escape' && value === '`') escaper = '`';
  }
  return { syntax, escaper };
}

/** The instructions: lines put together, comments, empty lines between them and here-documents left out. */
export function* instructionsOf(text: string, escaper: string): Generator<Instruction> {
  const lines = linesOf(text);
  // What looks like a here-document and is never ended is something else, such as a shift in a calculation.
  const ends = new Set([...linesOf(text)].map(({ content }) => content.replace(/^\t+/, '')));
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    const pieces: Line[] = [];
    let line: Line | undefined = next.value;
    while (line !== undefined) {
      const isComment = /^[ \t]*#/.test(line.content);
      const continues = isComment || (pieces.length > 0 && line.content.trim() === '');
      const body = isComment ? undefined : withoutContinuation(line.content, escaper);
      if (!continues) pieces.push({ content: body ?? line.content, offset: line.offset });
      // A comment between continued lines is no end, and one before an instruction no beginning.
      if (continues ? pieces.length === 0 : body === undefined) break;
      const following = lines.next();
      line = following.done === true ? undefined : following.value;
    }
    const instruction = instructionOf(pieces);
    if (instruction === undefined) continue;
    yield instruction;
    for (const end of hereDocuments(instruction, pieces)) {
      if (ends.has(end.replace(/^-/, ''))) skipTo(end, lines);
    }
  }
}

interface Line {
  readonly content: string;
  readonly offset: number;
}

function* linesOf(text: string): Generator<Line, undefined> {
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    yield { content: text.slice(at, end).replace(/\r$/, ''), offset: at };
    at = end + 1;
  }
  return undefined;
}

function withoutContinuation(content: string, escaper: string): string | undefined {
  const trimmed = content.trimEnd();
  return trimmed.endsWith(escaper) ? trimmed.slice(0, -1) : undefined;
}

function instructionOf(pieces: readonly Line[]): Instruction | undefined {
  const all = pieces.flatMap(wordsOf);
  const skipped = all[0]?.text.toUpperCase() === 'ONBUILD' ? 1 : 0;
  const word = all[skipped]?.text.toUpperCase();
  if (word === undefined) return undefined;
  const rest = all.slice(skipped + 1);
  const first = rest.findIndex(({ text }) => !text.startsWith('--'));
  const flags = first < 0 ? rest : rest.slice(0, first);
  return { word, flags, args: rest.slice(flags.length) };
}

/** Words between blanks; quotes hold one together and are taken away. */
function wordsOf({ content, offset }: Line): Word[] {
  const words: Word[] = [];
  for (const match of content.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"']|["'])+/g)) {
    const bare = match[0].replace(/"([^"]*)"|'([^']*)'/g, '$1$2');
    const shift = /^["']/.test(match[0]) && bare !== match[0] ? 1 : 0;
    words.push({ text: bare, offset: offset + match.index + shift });
  }
  return words;
}

/** The words that end here-documents, in their order (Dockerfile reference, "Here-Documents"). */
function hereDocuments({ word }: Instruction, pieces: readonly Line[]): string[] {
  if (word !== 'RUN' && word !== 'COPY' && word !== 'ADD') return [];
  return pieces.flatMap(({ content }) =>
    [...content.matchAll(/(?:^|[\s;|&(])\d*<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_.-]*)\2(?=\s|$|[;|&)>])/g)].map(
      ([, dash = '', , name = '']) => `${dash}${name}`,
    ),
  );
}

function skipTo(end: string, lines: Generator<Line, undefined>): void {
  const isIndented = end.startsWith('-');
  const name = isIndented ? end.slice(1) : end;
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    if ((isIndented ? next.value.content.replace(/^\t+/, '') : next.value.content) === name) return;
  }
}

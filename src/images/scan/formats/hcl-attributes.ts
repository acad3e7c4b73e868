import { type HclToken, hclTokens } from './hcl-tokens.js';

/** Something in brackets: a block, an object, a list, the arguments of a function. */
export interface HclFrame {
  /** The block's type, or the name of the attribute it is the value of. */
  readonly name: string;
  readonly labels: readonly string[];
  /** The types of the blocks inside, complete when the whole file was gone through. */
  readonly blocks: Set<string>;
}

/** `name = value`, with a text or a plain expression on the other side. */
export interface HclAttribute {
  readonly name: string;
  /** The text between its quotes, or the expression's words put together. */
  readonly value: string;
  readonly isText: boolean;
  /** Where the value begins, behind a quote. */
  readonly offset: number;
  /** What it stands in, the outermost first. */
  readonly frames: readonly HclFrame[];
}

/** Labels of a block at most; Terraform's have two. */
const LABELS = 4;

/** Brackets inside each other at most; what is deeper is left out. */
const DEPTH = 100;

/** Every attribute of an HCL file that has a text or an expression such as `var.name`, wherever it stands. */
export function hclAttributes(text: string): HclAttribute[] {
  const tokens = [...hclTokens(text)];
  const attributes: HclAttribute[] = [];
  let frames: HclFrame[] = [];
  let depth = 0;
  let name = '';
  let labels: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as HclToken;
    if (token.kind === 'newline') {
      // A list goes on over lines, and keeps the name of what it is.
      name = '';
      labels = [];
    } else if (token.kind === 'mark' && '{[('.includes(token.text)) {
      depth += 1;
      if (depth <= DEPTH) {
        const outer = frames.at(-1);
        const isNamed = name !== '';
        if (token.text === '{' && isNamed) outer?.blocks.add(name);
        frames = [...frames, { name: isNamed ? name : (outer?.name ?? ''), labels, blocks: new Set() }];
      }
      name = '';
      labels = [];
    } else if (token.kind === 'mark' && '}])'.includes(token.text)) {
      depth = Math.max(0, depth - 1);
      if (depth < frames.length) frames = frames.slice(0, depth);
      name = '';
      labels = [];
    } else if (token.kind === 'mark' && token.text === ',') name = '';
    else if (token.kind !== 'mark') {
      const next = tokens[at + 1];
      if (next?.kind === 'mark' && (next.text === '=' || next.text === ':') && tokens[at + 2]?.text !== '=') {
        name = token.text;
        labels = [];
        const value = valueAt(text, tokens, at + 2);
        if (value !== undefined) attributes.push({ ...value, name, frames });
        // A text that is a value is no label of what follows.
        at += tokens[at + 2]?.kind === 'text' ? 2 : 1;
      } else if (name === '') name = token.text;
      else if (token.kind === 'text' && labels.length < LABELS) labels = [...labels, token.text];
    }
  }
  return attributes;
}

/** A longer expression is not simple either, tokens. */
const LONGEST = 40;

/** A text or an expression as a whole; undefined for objects and lists, whose insides are attributes themselves. */
function valueAt(
  text: string,
  tokens: readonly HclToken[],
  start: number,
): Pick<HclAttribute, 'value' | 'isText' | 'offset'> | undefined {
  const first = tokens[start];
  if (first === undefined || (first.kind !== 'text' && first.kind !== 'word')) return undefined;
  const { kind, offset } = first;
  if (kind === 'text' && isEnd(tokens[start + 1])) return { value: first.text, isText: true, offset };
  let end = start;
  while (
    end - start < LONGEST &&
    tokens[end]?.kind !== 'newline' &&
    tokens[end] !== undefined &&
    !isEnd(tokens[end])
  )
    end += 1;
  const value = text.slice(kind === 'text' ? offset - 1 : offset, tokens[end]?.offset).trim();
  return { value, isText: false, offset };
}

function isEnd(token: HclToken | undefined): boolean {
  return (
    token === undefined || token.kind === 'newline' || (token.kind === 'mark' && ',}])'.includes(token.text))
  );
}

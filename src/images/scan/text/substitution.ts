import { Resolver } from './resolver.js';

/** A text whose variables were looked up. */
export interface Substitution {
  readonly text: string;
  /** Where values came from: `TAG from .env`. */
  readonly from: readonly string[];
  /** Which variable could not be resolved, and why; undefined when all could. */
  readonly missing: string | undefined;
}

/** A variable's value, and where it was found. */
export interface Value {
  readonly text: string;
  readonly from: string;
}

/** What a name stands for; a text says why it stands for nothing. */
export type Lookup = (name: string) => Value | string;

/** Longer texts name no image, characters. */
const LIMIT = 2000;

/**
 * Fills in `$NAME`, `${NAME}`, and with a colon or without `${NAME:-default}`, `${NAME:+other}`, `${NAME:?message}`, as shells, Compose (its
 * reference, "Interpolation") and Dockerfiles (their reference, "Environment replacement") have it. Values may hold variables too.
 * @param escaper what makes the next `$` an ordinary one: `$` in Compose and GitLab, a backslash in Dockerfiles
 */
export function substitute(text: string, lookup: Lookup, escaper: string): Substitution {
  const values: Resolver<Found> = new Resolver(
    (name) => {
      const found = lookup(name);
      if (typeof found === 'string') return found;
      const inner = fill(found.text, values, escaper);
      return { ...inner, from: [`${name} from ${found.from}`, ...inner.from] };
    },
    (missing) => ({ text: '', from: [], missing: `the variable ${missing}` }),
  );
  return fill(text, values, escaper);
}

/** A variable's value, filled in; a text says why there is none. */
type Found = Substitution | string;

function fill(text: string, values: Resolver<Found>, escaper: string): Substitution {
  let out = '';
  const from: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (Math.max(text.length, out.length) > LIMIT)
      return { text, from: [], missing: 'it is too long for a name' };
    if (escaper !== '' && text.startsWith(`${escaper}$`, at)) {
      out += '$';
      at += escaper.length + 1;
      continue;
    }
    const found = text[at] === '$' ? expressionAt(text, at) : undefined;
    if (found === undefined) {
      out += text[at];
      at += 1;
      continue;
    }
    const result = evaluate(found, values, escaper);
    if (result.missing !== undefined) return { ...result, text };
    out += result.text;
    from.push(...result.from.filter((each) => !from.includes(each)));
    at = found.end;
  }
  return { text: out, from, missing: undefined };
}

interface Expression {
  readonly name: string;
  /** `:-`, `-`, `:+`, `+`, `:?`, `?`, or nothing. */
  readonly operator: string;
  readonly operand: string;
  readonly end: number;
}

const PLAIN = /\$([A-Za-z_][A-Za-z0-9_]*)/y;
const BRACED = /\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[-+?])?/y;

function expressionAt(text: string, at: number): Expression | undefined {
  PLAIN.lastIndex = at;
  const plain = PLAIN.exec(text);
  if (plain !== null) return { name: plain[1] ?? '', operator: '', operand: '', end: PLAIN.lastIndex };
  BRACED.lastIndex = at;
  const braced = BRACED.exec(text);
  if (braced === null) return undefined;
  const start = BRACED.lastIndex;
  const close = closingBrace(text, start);
  const operator = braced[2] ?? '';
  if (close === undefined || (operator === '' && close !== start)) return undefined;
  return { name: braced[1] ?? '', operator, operand: text.slice(start, close), end: close + 1 };
}

/** The brace that ends an expression, those of expressions inside left out. */
function closingBrace(text: string, start: number): number | undefined {
  let open = 1;
  for (let at = start; at < text.length; at += 1) {
    if (text.startsWith('${', at)) open += 1;
    else if (text[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  return undefined;
}

function evaluate(
  { name, operator, operand }: Expression,
  values: Resolver<Found>,
  escaper: string,
): Substitution {
  const found = values.get(name);
  const isSet = typeof found !== 'string' && (!operator.startsWith(':') || found.text !== '');
  const kind = operator.at(-1);
  if (kind === '+')
    return isSet ? fill(operand, values, escaper) : { text: '', from: [], missing: undefined };
  if (isSet) return found;
  if (kind === '-') {
    const inner = fill(operand, values, escaper);
    return { ...inner, from: [`${name} from its default`, ...inner.from] };
  }
  const why = typeof found === 'string' ? found : 'it is empty';
  return { text: '', from: [], missing: `the variable ${name}: ${why}` };
}

/** Looks names up in several places, the first that has one counts. */
export function lookupIn(
  places: readonly (readonly [from: string, values: ReadonlyMap<string, string>])[],
  otherwise: string,
): Lookup {
  return (name) => {
    for (const [from, values] of places) {
      const text = values.get(name);
      if (text !== undefined) return { text, from };
    }
    return otherwise;
  };
}

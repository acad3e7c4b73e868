/** A variable of the macro language. */
interface Variable {
  /** A simple one (`:=`) was expanded when it was assigned; a recursive one (`=`) is when it is used. */
  flavour: 'simple' | 'recursive';
  value: string;
  /** How many expansions of it are under way. */
  depth: number;
}

/** How a value is assigned. */
export type Assignment = '=' | ':=' | '+=';

/** The functions of the language, and the world behind them. */
export interface MacroWorld {
  /** The result of a built-in function; undefined when there is none of that name. */
  callBuiltin(name: string, args: readonly string[]): string | undefined;
  /** An environment variable. */
  environment(name: string): string | undefined;
  /** Refuses: ends reading. */
  fail(message: string): never;
}

const MAX_DEPTH = 1000;
const MAX_ARGUMENTS = 16;

/**
 * The macro language of Kconfig since Linux 4.18 (Documentation/kbuild/kconfig-macro-language.rst): variables, user-defined
 * functions and references to them, all of them text.
 */
export class Variables {
  readonly #variables = new Map<string, Variable>();
  readonly #world: MacroWorld;

  constructor(world: MacroWorld) {
    this.#world = world;
  }

  /** Carries out `NAME = VALUE`, `NAME := VALUE` or `NAME += VALUE`. */
  assign(name: string, how: Assignment, text: string): void {
    const known = this.#variables.get(name);
    const flavour = how === '+=' ? (known?.flavour ?? 'recursive') : how === ':=' ? 'simple' : 'recursive';
    const value = flavour === 'simple' ? this.expand(text) : text;
    if (known === undefined) {
      this.#variables.set(name, { flavour, value, depth: 0 });
      return;
    }
    known.value = how === '+=' ? `${known.value} ${value}` : value;
    known.flavour = flavour;
  }

  /** A text with every `$(…)` replaced; what is not defined becomes nothing. */
  expand(text: string, args: readonly string[] = []): string {
    let out = '';
    let at = 0;
    for (;;) {
      const dollar = text.indexOf('$', at);
      if (dollar < 0) return out + text.slice(at);
      const reference = this.expandReference(text, dollar, args);
      out += text.slice(at, dollar) + reference.value;
      at = reference.end;
    }
  }

  /**
   * The value of the reference that begins with the `$` at an offset, and where it ends.
   * A `$` that no `(` follows stands for itself.
   */
  expandReference(
    text: string,
    dollar: number,
    args: readonly string[] = [],
  ): { readonly value: string; readonly end: number } {
    if (text[dollar + 1] !== '(') return { value: '$', end: dollar + 1 };
    const start = dollar + 2;
    let nesting = 0;
    for (let at = start; at < text.length; at += 1) {
      if (text[at] === '(') nesting += 1;
      else if (text[at] === ')') {
        if (nesting === 0) return { value: this.#evaluate(text.slice(start, at), args), end: at + 1 };
        nesting -= 1;
      }
    }
    return this.#world.fail(`"$(${text.slice(start)}" is not closed: expected ")"`);
  }

  #evaluate(clause: string, args: readonly string[]): string {
    const position = /^\d+$/.test(clause) ? Number(clause) : 0;
    if (position > 0 && position <= args.length) return args[position - 1] ?? '';
    const [name = '', ...values] = splitArguments(clause).map((part) => this.expand(part, args));
    if (values.length >= MAX_ARGUMENTS)
      this.#world.fail(`more than ${MAX_ARGUMENTS - 1} arguments are given to "${name}"`);
    const variable = this.#variables.get(name);
    if (variable !== undefined) return this.#use(name, variable, values);
    const result = this.#world.callBuiltin(name, values);
    if (result !== undefined) return result;
    return values.length === 0 && name !== '' ? (this.#world.environment(name) ?? '') : '';
  }

  #use(name: string, variable: Variable, args: readonly string[]): string {
    if (args.length === 0 && variable.depth > 0) this.#world.fail(`the variable "${name}" refers to itself`);
    if (variable.depth > MAX_DEPTH) this.#world.fail(`"${name}" calls itself more than ${MAX_DEPTH} times`);
    if (variable.flavour === 'simple') return variable.value;
    variable.depth += 1;
    try {
      return this.expand(variable.value, args);
    } finally {
      variable.depth -= 1;
    }
  }
}

/** `name,a,$(f,b)` at the commas that stand outside parentheses. */
function splitArguments(clause: string): string[] {
  const parts: string[] = [];
  let nesting = 0;
  let start = 0;
  for (let at = 0; at < clause.length; at += 1) {
    const character = clause[at];
    if (character === '(') nesting += 1;
    else if (character === ')') nesting -= 1;
    else if (character === ',' && nesting === 0) {
      parts.push(clause.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(clause.slice(start));
  return parts;
}

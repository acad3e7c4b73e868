/** The three truth values of Kconfig: 0 is n, 1 is m, 2 is y. `&&` is the minimum, `||` the maximum, `!x` is 2 − x. */
export type Tristate = 0 | 1 | 2;

export const NO = 0;
export const MODULE = 1;
export const YES = 2;

const LETTERS = ['n', 'm', 'y'] as const;

/** How a truth value is written in a .config. */
export function letterOf(value: Tristate): 'n' | 'm' | 'y' {
  return LETTERS[value];
}

/** The truth value that a single letter stands for; undefined for any other text. */
export function tristateOf(text: string): Tristate | undefined {
  if (text === 'y') return YES;
  if (text === 'm') return MODULE;
  return text === 'n' ? NO : undefined;
}

/** `a && b` */
export function both(a: Tristate, b: Tristate): Tristate {
  return a < b ? a : b;
}

/** `a || b` */
export function either(a: Tristate, b: Tristate): Tristate {
  return a > b ? a : b;
}

/** `!a` */
export function negated(value: Tristate): Tristate {
  return (2 - value) as Tristate;
}

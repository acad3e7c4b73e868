import type { Relation } from './expression.js';

/** The words that cannot be names (scripts/kconfig/lexer.l of Linux 6.1). */
export const KEYWORDS = [
  'bool',
  'choice',
  'comment',
  'config',
  'def_bool',
  'def_tristate',
  'default',
  'depends',
  'endchoice',
  'endif',
  'endmenu',
  'help',
  'hex',
  'if',
  'imply',
  'int',
  'mainmenu',
  'menu',
  'menuconfig',
  'modules',
  'on',
  'optional',
  'prompt',
  'range',
  'select',
  'source',
  'string',
  'tristate',
  'visible',
] as const;

export type Keyword = (typeof KEYWORDS)[number];

/** Words with a meaning at the beginning of a line only: additions of Kconfiglib and kdevops, and what Linux once had. */
export const LINE_WORDS = [
  'def_hex',
  'def_int',
  'def_string',
  '---help---',
  'option',
  'orsource',
  'osource',
  'output',
  'rsource',
] as const;

export type LineWord = (typeof LINE_WORDS)[number];

/** Signs that are no words. */
export type Sign = '||' | '&&' | '!' | '(' | ')' | ':=' | '+=' | Relation;

/** One piece of a Kconfig file. */
export type Token =
  | { readonly kind: 'keyword'; readonly text: Keyword }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'quoted'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: Sign }
  | { readonly kind: 'line-end' }
  | { readonly kind: 'end' };

/** A token as an error message names it. */
export function describeToken(token: Token): string {
  if (token.kind === 'line-end') return 'the end of the line';
  if (token.kind === 'end') return 'the end of the file';
  return token.kind === 'quoted' ? `the text "${token.text}"` : `"${token.text}"`;
}

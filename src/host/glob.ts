import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '../errors.js';

/** The characters that make a part of a path a pattern. */
const MAGIC = /[*?[]/;

/**
 * The paths that a pattern stands for, as Python's `glob.glob` finds them: `*`, `?`, `[a-z]` and `[!a-z]` within one part of a
 * path; a name that begins with a dot only when the pattern does. Sorted by their characters.
 * @param folder what a relative pattern is relative to
 * @returns paths as the pattern is written: relative ones for a relative pattern
 */
export function globFiles(pattern: string, folder: string): string[] {
  const isAbsolute = pattern.startsWith('/');
  const parts = pattern.split('/').filter((part) => part !== '');
  let found = [isAbsolute ? '/' : ''];
  for (const part of parts) found = found.flatMap((path) => below(path, part, folder));
  return found.filter((path) => path !== '' && path !== '/').sort();
}

function below(path: string, part: string, folder: string): string[] {
  const inside = path.startsWith('/') ? path : join(folder, path);
  const names = MAGIC.test(part) ? matching(namesIn(inside), part) : [part];
  return names
    .filter((name) => existsSync(join(inside, name)))
    .map((name) => (path === '' || path === '/' ? `${path}${name}` : `${path}/${name}`));
}

/** What cannot be looked into holds nothing. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && 'syscall' in error)) return [];
    throw error;
  }
}

function matching(names: readonly string[], pattern: string): string[] {
  const expression = new RegExp(`^${translate(pattern)}$`, 'su');
  const hidden = pattern.startsWith('.');
  return names.filter((name) => (hidden || !name.startsWith('.')) && expression.test(name));
}

/** A pattern as a regular expression, as Python's `fnmatch.translate`: a bracket that is not closed stands for itself. */
function translate(pattern: string): string {
  let out = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (character === '*') out += '.*';
    else if (character === '?') out += '.';
    else if (character === '[') {
      const end = closingBracket(pattern, at);
      out += end === undefined ? '\\[' : bracket(pattern.slice(at + 1, end));
      at = end ?? at;
    } else out += literal(character);
  }
  return out;
}

/** A `]` that comes first, or after `!`, is one of the characters. */
function closingBracket(pattern: string, start: number): number | undefined {
  const first = pattern[start + 1] === '!' ? start + 2 : start + 1;
  const end = pattern.indexOf(']', first + 1);
  return end === -1 ? undefined : end;
}

/** The characters between brackets: ranges whose ends are the wrong way round hold nothing. */
function bracket(content: string): string {
  const negated = content.startsWith('!');
  const characters = [...(negated ? content.slice(1) : content)];
  let set = '';
  for (let at = 0; at < characters.length; at += 1) {
    const [from = '', dash, to] = characters.slice(at, at + 3);
    if (dash !== '-' || to === undefined) {
      set += inSet(from);
      continue;
    }
    if (from <= to) set += `${inSet(from)}-${inSet(to)}`;
    at += 2;
  }
  if (set === '') return negated ? '.' : '(?!)';
  return negated ? `[^${set}]` : `[${set}]`;
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function inSet(character: string): string {
  return /[\\\]^\-[/]/.test(character) ? `\\${character}` : character;
}

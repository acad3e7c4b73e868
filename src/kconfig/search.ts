import type { Kconfig, MenuNode } from './model.js';

/** How well an entry matches, best first. */
const RANKS = ['name', 'start', 'inName', 'inPrompt'] as const;

/** One word that is looked for. */
type Matcher = (text: string) => boolean;

/**
 * The entries that a search is about: all whose name or prompt matches every word. Each word is looked for as it is and, if it
 * can be read as one, as a regular expression; upper and lower case are the same, and a prefix `CONFIG_` is passed over. Entries
 * whose name is the word come first, then those whose name begins with it, holds it, and those that have it in the prompt; each in
 * the order of the menu.
 */
export function search(kconfig: Kconfig, text: string): readonly MenuNode[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  const matchers = words.map((word) => matcherOf(word.replace(/^CONFIG_(?=.)/i, '')));
  const plain = words
    .join(' ')
    .replace(/^CONFIG_/i, '')
    .toLowerCase();
  const found = RANKS.map((): MenuNode[] => []);
  for (const node of entriesBelow(kconfig.root)) {
    const name = node.symbol?.name ?? '';
    const prompt = node.prompt?.text ?? '';
    if (!matchers.every((matches) => matches(name) || matches(prompt))) continue;
    found[RANKS.indexOf(rankOf(name.toLowerCase(), plain, matchers, name))]?.push(node);
  }
  return found.flat();
}

function rankOf(
  lowerName: string,
  plain: string,
  matchers: readonly Matcher[],
  name: string,
): (typeof RANKS)[number] {
  if (lowerName === plain) return 'name';
  if (lowerName.startsWith(plain)) return 'start';
  return matchers.every((matches) => matches(name)) ? 'inName' : 'inPrompt';
}

function matcherOf(word: string): Matcher {
  const lower = word.toLowerCase();
  const expression = asExpression(word);
  return (text) => text.toLowerCase().includes(lower) || expression?.test(text) === true;
}

/** Undefined when it is none; it is then looked for as it is. */
function asExpression(word: string): RegExp | undefined {
  try {
    return new RegExp(word, 'iu');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Options, choices, menus and comments, in the order of the menu. */
function* entriesBelow(node: MenuNode): Generator<MenuNode> {
  for (const child of node.children) {
    if (child.kind !== 'if') yield child;
    yield* entriesBelow(child);
  }
}

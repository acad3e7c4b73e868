import { quoted } from './config-arbitrary.js';
import { HEX_NUMBERS, NUMBERS, TEXTS } from './expression-arbitrary.js';
import type { ConfigLine, ConfigText, Tree } from './tree.js';
import { symbolsOf, type TreeSymbol } from './tree-symbols.js';

/** The text of a .config for a tree. */
export function writeConfig({ lines, newline, endsWithNewline }: ConfigText, tree: Tree): string {
  const { all } = symbolsOf(tree);
  const text = lines.map((line) => writeLine(line, all)).join(newline);
  return endsWithNewline && lines.length > 0 ? `${text}${newline}` : text;
}

function writeLine(line: ConfigLine, symbols: readonly TreeSymbol[]): string {
  if (line.kind === 'raw') return line.text;
  const { name, type } = symbols[line.at % symbols.length] ?? { name: 'NONE', type: 'bool' };
  if (line.kind === 'unset') return `# CONFIG_${name} is not set`;
  if (line.kind === 'value') return `CONFIG_${name}=${line.value}`;
  const values = {
    bool: ['y', 'y', 'n'],
    tristate: ['y', 'm', 'm', 'n'],
    int: NUMBERS,
    hex: HEX_NUMBERS,
    string: TEXTS.map(quoted),
  }[type];
  return `CONFIG_${name}=${values[line.choice % values.length]}`;
}

import { andAlso, type Expression } from './expression.js';
import { appended, type KconfigSymbol, type MenuNode, type Position, type SymbolType } from './model.js';
import type { Reader } from './reader.js';

const TYPE_NAMES: Readonly<Record<SymbolType, string>> = {
  unknown: 'unknown',
  bool: 'bool',
  tristate: 'tristate',
  int: 'integer',
  hex: 'hex',
  string: 'string',
};

/** Puts entries into the menu, in the order in which they are read. */
export class MenuBuilder {
  readonly root: MenuNode = makeEntry('root', undefined, undefined, { file: '', line: 0 });
  /** The entry that lines of a definition belong to. */
  entry: MenuNode = this.root;
  #parent: MenuNode = this.root;
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Begins an entry, below the menu that is open. */
  begin(kind: MenuNode['kind'], symbol?: KconfigSymbol): void {
    this.entry = makeEntry(kind, symbol, this.#parent, this.#reader.start);
    this.#parent.children.push(this.entry);
    if (symbol !== undefined) symbol.nodes = appended(symbol.nodes, this.entry);
  }

  /** Entries that follow are below the one that was begun last, until `close`. */
  open(): MenuNode {
    this.#parent = this.entry;
    return this.entry;
  }

  close(): void {
    this.#parent = this.#parent.parent ?? this.root;
  }

  setType(type: SymbolType): void {
    const { symbol } = this.entry;
    if (symbol === undefined || symbol.type === type) return;
    if (symbol.type === 'unknown') {
      symbol.type = type;
      return;
    }
    const name = symbol.name === '' ? '<choice>' : symbol.name;
    const change = `from '${TYPE_NAMES[symbol.type]}' to '${TYPE_NAMES[type]}'`;
    this.#reader.warn(this.entry.position, `the type of '${name}' is not changed ${change}`);
  }

  addPrompt(text: string, condition: Expression | undefined): void {
    const { entry } = this;
    const shown = text.trimStart();
    if (shown !== text)
      this.#reader.warn(this.#reader.start, 'blanks at the beginning of a prompt are left out');
    if (entry.prompt !== undefined)
      this.#reader.warn(this.#reader.start, 'a prompt is given twice; the last one counts');
    const prompt = {
      text: shown,
      condition: this.#whereVisible(condition),
      node: entry,
      position: this.#reader.start,
    };
    entry.prompt = prompt;
    if (entry.symbol !== undefined) entry.symbol.prompts = appended(entry.symbol.prompts, prompt);
  }

  addDependency(condition: Expression): void {
    this.entry.dependency = andAlso(this.entry.dependency, condition);
  }

  addDefault(value: Expression, condition: Expression | undefined): void {
    const { entry: node } = this;
    if (node.symbol === undefined) return;
    const line = { value, condition, node, position: this.#reader.start };
    node.symbol.defaults = appended(node.symbol.defaults, line);
  }

  addSelection(target: KconfigSymbol, weak: boolean, condition: Expression | undefined): void {
    const { entry: node } = this;
    if (node.symbol === undefined) return;
    const line = { target, weak, condition, node, position: this.#reader.start };
    node.symbol.selections = appended(node.symbol.selections, line);
  }

  addRange(low: KconfigSymbol, high: KconfigSymbol, condition: Expression | undefined): void {
    const { entry: node } = this;
    if (node.symbol === undefined) return;
    const line = { low, high, condition, node, position: this.#reader.start };
    node.symbol.ranges = appended(node.symbol.ranges, line);
  }

  /** `visible if` of the menus around hides prompts of symbols; entries without a symbol ask for it themselves. */
  #whereVisible(condition: Expression | undefined): Expression | undefined {
    if (this.entry.symbol === undefined) return condition;
    let whole = condition;
    for (let menu = this.entry.parent; menu !== undefined; menu = menu.parent)
      whole = andAlso(whole, menu.visibleIf);
    return whole;
  }
}

function makeEntry(
  kind: MenuNode['kind'],
  symbol: KconfigSymbol | undefined,
  parent: MenuNode | undefined,
  position: Position,
): MenuNode {
  return {
    kind,
    isMenuconfig: false,
    symbol,
    prompt: undefined,
    help: undefined,
    dependency: undefined,
    visibleIf: undefined,
    parent,
    children: [],
    position,
  };
}

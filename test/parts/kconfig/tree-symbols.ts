import type { Entry, Tree, ValueType, Wanted } from './tree.js';

/** A symbol that a tree defines. */
export interface TreeSymbol {
  readonly name: string;
  readonly type: ValueType;
}

/** The symbols of a tree in the order in which they are first defined, the one for modules first. */
export interface TreeSymbols {
  readonly all: readonly TreeSymbol[];
  /** The values of each choice, by the order of the choices. */
  readonly choices: readonly (readonly string[])[];
}

/** Names what a tree defines. */
export function symbolsOf(tree: Tree): TreeSymbols {
  const all: TreeSymbol[] = tree.modules === undefined ? [] : [{ name: 'MODULES', type: 'bool' }];
  const choices: string[][] = [];
  function collect(entries: readonly Entry[], values: string[] | undefined): void {
    for (const entry of entries) {
      if (entry.kind === 'config') {
        const name = `S${all.length}`;
        all.push({ name, type: entry.type });
        values?.push(name);
      } else if (entry.kind === 'choice') {
        const own: string[] = [];
        choices.push(own);
        collect(entry.entries, own);
      } else if (entry.kind === 'source') {
        for (const part of entry.parts) collect(part, values);
      } else if ('entries' in entry) {
        collect(entry.entries, values);
      }
    }
  }
  collect(tree.entries, undefined);
  return { all, choices };
}

/** Whether a symbol of this type is of the wanted sort. */
export function isWanted(type: ValueType, wanted: Wanted): boolean {
  if (wanted === 'logic') return type === 'bool' || type === 'tristate';
  if (wanted === 'number') return type === 'int' || type === 'hex';
  return wanted === 'any' || type === 'string';
}

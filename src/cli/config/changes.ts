import type { Configuration } from '../../kconfig/configuration.js';
import { quote } from '../../kconfig/dot-config.js';
import type { KconfigSymbol } from '../../kconfig/model.js';

/** A symbol whose value is another one than before. */
export interface Change {
  readonly name: string;
  /** As in a .config; undefined: it had none, as it did not apply. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The options that are defined, in the order of the files. */
export function definedSymbols({ kconfig }: Configuration): readonly KconfigSymbol[] {
  return kconfig.symbols.filter(
    ({ isConstant, isChoice, nodes }) => !isConstant && !isChoice && nodes.length > 0,
  );
}

/** The values of the symbols that a .config holds, as they stand there. */
export function valuesOf(configuration: Configuration): ReadonlyMap<string, string> {
  const written = definedSymbols(configuration).filter((symbol) => configuration.isWritten(symbol));
  return new Map(written.map((symbol) => [symbol.name, shownValue(configuration, symbol)]));
}

/** A value as it stands behind the `=` of a .config. */
export function shownValue(configuration: Configuration, symbol: KconfigSymbol): string {
  const value = configuration.value(symbol);
  return symbol.type === 'string' ? quote(value) : value;
}

/** The symbols that have another value now, those that were there before first. */
export function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly Change[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .map((name) => ({ name, from: before.get(name), to: after.get(name) }))
    .filter(({ from, to }) => from !== to);
}

/** `NAME: 5000 -> 5001` */
export function describeChange({ name, from, to }: Change): string {
  return `${name}: ${from ?? '(none)'} -> ${to ?? '(none)'}`;
}

/** So many settings that come or go with another one are named; of more, only how many they are is said. */
const NAMED = 10;

/** What a person wants to read of changes: what was asked for, every other value, and what comes and goes with it as far as that is short. */
export function summarize(changes: readonly Change[], asked: readonly string[]): readonly string[] {
  const others = changes.filter(({ name }) => !asked.includes(name));
  const gone = others.filter(({ to }) => to === undefined);
  const come = others.filter(({ from }) => from === undefined);
  const left = [
    ...(gone.length > NAMED ? [{ changes: gone, text: `${gone.length} settings no longer apply` }] : []),
    ...(come.length > NAMED ? [{ changes: come, text: `${come.length} settings apply now` }] : []),
  ];
  const named = changes.filter((change) => !left.some((group) => group.changes.includes(change)));
  return [
    ...named.map(describeChange),
    ...left.map(({ text }) => `${text}: see "docker-mirror config list"`),
  ];
}

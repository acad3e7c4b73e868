import type { Expression, Letters } from './expression.js';

/** A line of a Kconfig file, counted from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
}

/** The type that a symbol was given; `unknown` for one that is only mentioned, and for constants. */
export type SymbolType = 'unknown' | 'bool' | 'tristate' | 'int' | 'hex' | 'string';

/** A line of a definition that holds under a condition. Conditions hold the surrounding dependencies too. */
export interface Conditional {
  /** Undefined: always. */
  condition: Expression | undefined;
  /** The place in the menu where this line stands. */
  readonly node: MenuNode;
  readonly position: Position;
}

/** The text by which a person is asked. */
export interface Prompt extends Conditional {
  readonly text: string;
}

/** `default VALUE if CONDITION` */
export interface Default extends Conditional {
  readonly value: Expression;
}

/** `select SYMBOL if CONDITION`, or `imply` */
export interface Selection extends Conditional {
  readonly target: KconfigSymbol;
  readonly weak: boolean;
}

/** `range LOW HIGH if CONDITION` */
export interface Range extends Conditional {
  readonly low: KconfigSymbol;
  readonly high: KconfigSymbol;
}

/**
 * A symbol: an option, a choice (which is a symbol of its own, with or without a name), a constant (`"text"`, `y`), or a name
 * that is only mentioned. Filled while files are read; nothing changes it afterwards.
 */
export interface KconfigSymbol {
  /** Its place among all symbols of the same files. */
  readonly index: number;
  /** Empty for a choice without a name. */
  readonly name: string;
  readonly isConstant: boolean;
  readonly isChoice: boolean;
  type: SymbolType;
  /** Where it is defined: none for constants and names that are only mentioned. */
  nodes: readonly MenuNode[];
  prompts: readonly Prompt[];
  defaults: readonly Default[];
  selections: readonly Selection[];
  ranges: readonly Range[];
  /** `depends on` of all definitions, those of the menus around included; undefined: always. */
  directDependency: Expression | undefined;
  /** What selects it: the lower bound of its value. */
  reverseDependency: Expression | undefined;
  /** What implies it. */
  weakDependency: Expression | undefined;
  /** The choice that it is a value of. */
  choice: KconfigSymbol | undefined;
  /** The values of a choice, in the order of the file. */
  choiceValues: readonly KconfigSymbol[];
  /** Of a choice: none of its values need be taken. */
  isOptional: boolean;
  /** `option allnoconfig_y` */
  staysInAllNo: boolean;
  /** `option env="NAME"`: its value is that of the environment, and is not written. */
  environmentVariable: string | undefined;
  /** `option defconfig_list` */
  isDefconfigList: boolean;
  /** `output yaml` */
  outputsYaml: boolean;
}

/** A list with one more at its end. There are many lists, and nearly all have one item or none: such a list takes no more room. */
export function appended<T>(list: readonly T[], item: T): readonly T[] {
  return list.length === 0 ? [item] : [...list, item];
}

/** Whether the values of a symbol are y, m and n. */
export function isTruth({ type }: KconfigSymbol): boolean {
  return type === 'bool' || type === 'tristate';
}

/** An entry of the menu. */
export interface MenuNode {
  readonly kind: 'root' | 'menu' | 'comment' | 'if' | 'config' | 'choice';
  /** Written `menuconfig`: shown as a menu of its own. */
  isMenuconfig: boolean;
  readonly symbol: KconfigSymbol | undefined;
  prompt: Prompt | undefined;
  help: string | undefined;
  /** Those of the entries around included. */
  dependency: Expression | undefined;
  /** `visible if` of a menu. */
  visibleIf: Expression | undefined;
  parent: MenuNode | undefined;
  /** Entries shown below it: the content of a menu or choice, and those that follow and depend on its symbol. */
  children: MenuNode[];
  readonly position: Position;
}

/** Something in the files that is strange, but no reason not to go on. */
export interface KconfigWarning {
  readonly position: Position | undefined;
  readonly message: string;
}

/** What the files say. */
export interface Kconfig {
  readonly title: string;
  readonly root: MenuNode;
  /** Every symbol, in the order of first mention: options, choices, names that are only mentioned, and constants. */
  readonly symbols: readonly KconfigSymbol[];
  /** An option by its name; constants and choices are not among them. */
  find(name: string): KconfigSymbol | undefined;
  /** The symbol that turns modules on; undefined where the files name none. */
  readonly modules: KconfigSymbol | undefined;
  readonly letters: Letters;
  readonly warnings: readonly KconfigWarning[];
  /** What `$(info,…)` printed, in order. */
  readonly messages: readonly string[];
  /** Each file that was read, in order of first reading. */
  readonly files: readonly string[];
  /** The environment variables that were looked at, with what they were. */
  readonly environment: ReadonlyMap<string, string>;
}

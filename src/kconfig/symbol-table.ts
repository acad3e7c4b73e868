import type { Letters } from './expression.js';
import type { KconfigSymbol } from './model.js';

const NONE: readonly never[] = [];

/** The symbols of a set of Kconfig files, made when they are first mentioned. */
export class SymbolTable {
  readonly #all: KconfigSymbol[] = [];
  readonly #named = new Map<string, KconfigSymbol>();
  readonly #constants = new Map<string, KconfigSymbol>();
  /** Names of choices are apart from those of options. */
  readonly #choices = new Map<string, KconfigSymbol>();

  readonly letters: Letters = { yes: this.constant('y'), module: this.constant('m'), no: this.constant('n') };

  /** All of them, constants too, in the order of first mention. */
  get all(): readonly KconfigSymbol[] {
    return this.#all;
  }

  find(name: string): KconfigSymbol | undefined {
    return this.#named.get(name);
  }

  /** A symbol by its name. `y`, `m` and `n` are constants without quotes too. */
  named(name: string): KconfigSymbol {
    const isLetter = name === 'y' || name === 'm' || name === 'n';
    return isLetter ? this.constant(name) : this.#in(this.#named, name, {});
  }

  /** A text in quotes. */
  constant(text: string): KconfigSymbol {
    return this.#in(this.#constants, text, { isConstant: true });
  }

  /** A choice; one with a name may be defined at several places. */
  choice(name: string | undefined): KconfigSymbol {
    return name === undefined
      ? this.#make('', { isChoice: true })
      : this.#in(this.#choices, name, { isChoice: true });
  }

  #in(table: Map<string, KconfigSymbol>, name: string, traits: Traits): KconfigSymbol {
    const known = table.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name, traits);
    table.set(name, made);
    return made;
  }

  #make(name: string, { isConstant = false, isChoice = false }: Traits): KconfigSymbol {
    const symbol: KconfigSymbol = {
      index: this.#all.length,
      name,
      isConstant,
      isChoice,
      type: 'unknown',
      nodes: NONE,
      prompts: NONE,
      defaults: NONE,
      selections: NONE,
      ranges: NONE,
      directDependency: undefined,
      reverseDependency: undefined,
      weakDependency: undefined,
      choice: undefined,
      choiceValues: NONE,
      isOptional: false,
      staysInAllNo: false,
      environmentVariable: undefined,
      isDefconfigList: false,
      outputsYaml: false,
    };
    this.#all.push(symbol);
    return symbol;
  }
}

interface Traits {
  readonly isConstant?: boolean;
  readonly isChoice?: boolean;
}

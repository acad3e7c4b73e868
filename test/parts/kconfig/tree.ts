/**
 * Kconfig trees as data, so that they can be made at random and made smaller. References count from the place where they stand and are
 * resolved when the tree is written as text, so that any part may be taken away and the rest still means something.
 */

/** Something that stands where Kconfig wants a symbol or a constant. */
export type Word =
  /** A symbol defined earlier: 0 is the nearest of those wanted, or the nearest at all. */
  | { readonly kind: 'symbol'; readonly back: number; readonly wanted: Wanted }
  /** A symbol defined here or later, with which loops can be made. */
  | { readonly kind: 'ahead'; readonly steps: number }
  /** A symbol that is defined nowhere. */
  | { readonly kind: 'missing'; readonly at: number }
  | { readonly kind: 'constant'; readonly text: string; readonly quote: '"' | "'" | '' }
  | { readonly kind: 'variable'; readonly back: number; readonly quoted: boolean }
  | { readonly kind: 'call'; readonly call: Call };

/** `logic` is bool or tristate, `number` is int or hex. */
export type Wanted = 'logic' | 'number' | 'string' | 'any';

/** A use of a macro function: one defined earlier in the tree or a built-in one. */
export type Call =
  | { readonly kind: 'user'; readonly back: number; readonly parameters: readonly (readonly Piece[])[] }
  | { readonly kind: 'shell'; readonly command: string }
  | { readonly kind: 'place'; readonly name: 'filename' | 'lineno' }
  | { readonly kind: 'info'; readonly text: readonly Piece[] }
  | { readonly kind: 'warning' | 'error'; readonly when: 'y' | 'n'; readonly text: string };

/** A part of what a macro stands for. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly back: number }
  | { readonly kind: 'environment'; readonly at: number }
  | { readonly kind: 'argument'; readonly at: number }
  | { readonly kind: 'symbolName'; readonly back: number }
  | { readonly kind: 'call'; readonly call: Call };

export type Relation = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Logic =
  | { readonly kind: 'word'; readonly word: Word }
  | { readonly kind: 'not'; readonly operand: Logic; readonly grouped: boolean }
  | {
      readonly kind: 'both' | 'either';
      readonly left: Logic;
      readonly right: Logic;
      readonly grouped: boolean;
      /** The line is continued after the operator. */
      readonly broken: boolean;
    }
  | { readonly kind: 'comparison'; readonly relation: Relation; readonly left: Word; readonly right: Word };

export type ValueType = 'bool' | 'tristate' | 'int' | 'hex' | 'string';

/** A prompt's text with quotes, backslashes and macros still to be written out. */
export interface Text {
  readonly text: string;
  readonly quote: '"' | "'";
  /** Ends with the value of a variable. */
  readonly variable: number | undefined;
}

/** A line of a config, a choice or a second definition. */
export type Line =
  | {
      readonly kind: 'type';
      readonly type: ValueType;
      readonly prompt: Text | undefined;
      readonly condition: Condition;
    }
  | { readonly kind: 'prompt'; readonly text: Text; readonly condition: Condition }
  | { readonly kind: 'default'; readonly value: Logic; readonly condition: Condition }
  | {
      readonly kind: 'definition';
      readonly type: ValueType;
      readonly value: Logic;
      readonly condition: Condition;
    }
  | { readonly kind: 'depends'; readonly on: Logic }
  /** Selects a symbol defined later: 0 is the next. */
  | { readonly kind: 'select' | 'imply'; readonly steps: number; readonly condition: Condition }
  | { readonly kind: 'range'; readonly low: Word; readonly high: Word; readonly condition: Condition }
  | { readonly kind: 'help'; readonly lines: readonly HelpLine[] }
  | { readonly kind: 'allnoconfigY' }
  /** A default of a choice: one of its values. */
  | { readonly kind: 'choiceDefault'; readonly at: number; readonly condition: Condition }
  | { readonly kind: 'optional' };

export type Condition = Logic | undefined;

export interface HelpLine {
  /** Blank when empty. */
  readonly text: string;
  /** Columns beyond the first line's. */
  readonly indent: number;
}

export interface ConfigEntry {
  readonly kind: 'config';
  readonly isMenuconfig: boolean;
  readonly type: ValueType;
  readonly lines: readonly Line[];
}

export type Entry =
  | ConfigEntry
  /** Another definition of a symbol that there is already. */
  | { readonly kind: 'again'; readonly back: number; readonly lines: readonly Line[] }
  | {
      readonly kind: 'choice';
      readonly isNamed: boolean;
      readonly lines: readonly Line[];
      readonly entries: readonly Entry[];
    }
  | {
      readonly kind: 'menu';
      readonly text: Text;
      readonly depends: readonly Logic[];
      readonly visible: readonly Logic[];
      readonly entries: readonly Entry[];
    }
  | { readonly kind: 'comment'; readonly text: Text; readonly depends: readonly Logic[] }
  | { readonly kind: 'if'; readonly condition: Logic; readonly entries: readonly Entry[] }
  | {
      readonly kind: 'source';
      readonly form: 'source' | 'rsource' | 'osource' | 'orsource';
      /** One file each. */
      readonly parts: readonly (readonly Entry[])[];
    }
  | {
      readonly kind: 'variable' | 'function';
      readonly operator: ':=' | '=' | '+=';
      readonly pieces: readonly Piece[];
    }
  | { readonly kind: 'statement'; readonly call: Call }
  | { readonly kind: 'remark'; readonly text: string };

export interface Tree {
  /** Whether references to later symbols are meant, with which there can be loops. */
  readonly looksAhead: boolean;
  readonly title: Text | undefined;
  /** Whether there is a symbol that turns modules on, and its lines. */
  readonly modules: readonly Line[] | undefined;
  readonly entries: readonly Entry[];
}

/** A line of a .config. */
export type ConfigLine =
  | { readonly kind: 'value'; readonly at: number; readonly value: string }
  | { readonly kind: 'fitting'; readonly at: number; readonly choice: number }
  | { readonly kind: 'unset'; readonly at: number }
  | { readonly kind: 'raw'; readonly text: string };

export interface ConfigText {
  readonly lines: readonly ConfigLine[];
  readonly newline: '\n' | '\r\n';
  readonly endsWithNewline: boolean;
}

/** A tree with what is done to it. */
export interface Case {
  readonly tree: Tree;
  readonly config: ConfigText;
  /** What KCONFIG_ALLCONFIG names. */
  readonly fragment: ConfigText | undefined;
}

/** What the environment holds for all trees: `$(ENV0)` and so on. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  ENV0: 'y',
  ENV1: 'from the environment',
  ENV2: '7',
};

/** What is written: for Linux's programs only, or also what only Kconfiglib knows. */
export type Dialect = 'linux' | 'kconfiglib';

import type { KconfigSymbol } from './model.js';

/** How two symbols are compared. */
export type Relation = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** An expression over symbols. Never changed once made: rewriting gives a new one. */
export type Expression =
  | { readonly kind: 'symbol'; readonly symbol: KconfigSymbol }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'comparison';
      readonly relation: Relation;
      readonly left: KconfigSymbol;
      readonly right: KconfigSymbol;
    };

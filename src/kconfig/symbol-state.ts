import type { KconfigSymbol } from './model.js';
import { NO, type Tristate } from './tristate.js';

/** What a user said about a symbol, and what its value came to. */
export interface SymbolState {
  /** Whether the user said anything. */
  isGiven: boolean;
  /** What the user wants a bool or tristate to be; of a choice: what its values add up to. */
  givenTruth: Tristate;
  /** What the user wants an int, hex or string to be. */
  givenText: string | undefined;
  /** The value of a choice that the user wants. */
  givenChoice: KconfigSymbol | undefined;

  /** Whether everything below is worked out. */
  isValid: boolean;
  truth: Tristate;
  text: string;
  /** The value of a choice that is taken. */
  chosen: KconfigSymbol | undefined;
  /** The upper bound of what a user can choose. */
  visibility: Tristate;
  /** What `depends on` came to. */
  direct: Tristate;
  /** What selects it, and so the lower bound. */
  reverse: Tristate;
  /** What implies it. */
  weak: Tristate;
  /** Whether a .config holds it. */
  isWritten: boolean;
  /** The values of this choice (or of the choice of this value) are to be taken as said once it is worked out. */
  needsChoiceValues: boolean;
}

/** The state of a symbol of which nothing is known yet. */
export function emptyState(): SymbolState {
  return {
    isGiven: false,
    givenTruth: NO,
    givenText: undefined,
    givenChoice: undefined,
    isValid: false,
    truth: NO,
    text: '',
    chosen: undefined,
    visibility: NO,
    direct: NO,
    reverse: NO,
    weak: NO,
    isWritten: false,
    needsChoiceValues: false,
  };
}

/** Forgets what the user said. */
export function forgetGiven(state: SymbolState): void {
  state.isGiven = false;
  state.givenTruth = NO;
  state.givenText = undefined;
  state.givenChoice = undefined;
}

import type { KconfigSymbol } from '../kconfig/model.js';

/** Something that a key asks for and that is not the menu's to do. */
export type Request =
  | { readonly kind: 'set'; readonly symbol: KconfigSymbol; readonly text: string }
  | { readonly kind: 'undo' | 'redo' }
  | { readonly kind: 'save' | 'load'; readonly path: string }
  /** To leave, after asking when there are unsaved changes. */
  | { readonly kind: 'leave' }
  /** Ctrl-C: as `leave`; while that question is open, to quit at once. */
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'quit'; readonly save: boolean }
  /** Ctrl-Z. */
  | { readonly kind: 'suspend' }
  /** Ctrl-L: to draw the whole screen anew. */
  | { readonly kind: 'repaint' };

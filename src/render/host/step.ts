import type { Entry } from './record.js';
import type { Action, Owner, TreeFile } from './wanted.js';

/** One change to the host. `entry` is noted before it is made; `drops` names what is forgotten once it is. */
export type HostStep = (
  | { readonly kind: 'make-folder'; readonly path: string; readonly mode: number; readonly owner?: Owner }
  | {
      readonly kind: 'write-file';
      readonly path: string;
      readonly content: string | Buffer;
      /** Of a file that is not there. */
      readonly mode: number;
      readonly owner?: Owner;
      /** What is there now. When it is something else by then, the step is refused. */
      readonly before: Buffer | undefined;
      /** Where a copy of what is there now is kept. */
      readonly backup?: string;
    }
  | { readonly kind: 'set-mode'; readonly path: string; readonly mode: number }
  | { readonly kind: 'make-link'; readonly path: string; readonly target: string }
  | { readonly kind: 'place-tree'; readonly path: string; readonly files: readonly TreeFile[] }
  | { readonly kind: 'remove-tree'; readonly path: string }
  | { readonly kind: 'remove-file'; readonly path: string; readonly before: Buffer }
  | { readonly kind: 'remove-link'; readonly path: string }
  /** Only when nothing is in it. */
  | { readonly kind: 'remove-folder'; readonly path: string }
  | { readonly kind: 'perform'; readonly action: Action }
  /** Nothing is to be changed, but something is to be known from now on, or no longer. */
  | { readonly kind: 'note' }
) & { readonly entry?: Entry; readonly drops?: string };

/** Something that is not done, as it would destroy what somebody else made. */
export interface Refusal {
  readonly path: string;
  readonly why: string;
  readonly hint: string;
}

/** What is to be done, in order, and what is left alone. */
export interface HostPlan {
  readonly steps: readonly HostStep[];
  readonly refused: readonly Refusal[];
}

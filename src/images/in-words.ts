import { MirrorError } from '../errors.js';

/** An error as the reason why an image failed: in one line, with what can be done about it. */
export function inWords(error: unknown): string {
  if (!(error instanceof MirrorError)) return error instanceof Error ? error.message : String(error);
  return error.hint === undefined ? error.message : `${error.message}: ${error.hint}`;
}

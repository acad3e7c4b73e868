import type { Arguments } from '../command.js';
import { UsageError } from '../errors.js';

/** The option by which hooks that run in the background keep their order. */
export const AS_OF_OPTION = {
  'as-of': {
    type: 'text',
    describe: 'When it was so, in seconds since 1970: what is older than the last word counts no more',
    defaultText: 'now',
  },
} as const;

/** @throws UsageError */
export function asOf(args: Arguments): Date | undefined {
  const text = args.text('as-of');
  if (text === undefined) return undefined;
  const at = /^\d{1,11}(\.\d{1,9})?$/.test(text) ? new Date(Number(text) * 1_000) : undefined;
  if (at === undefined || Number.isNaN(at.getTime())) {
    throw new UsageError('--as-of is a number of seconds since 1970, such as that of "date +%s"');
  }
  return at;
}

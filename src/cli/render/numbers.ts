import { isIPv4 } from 'node:net';
import type { Arguments } from '../command.js';
import { UsageError } from '../errors.js';

/**
 * A whole number between two others.
 * @throws UsageError
 */
export function wholeNumber(
  args: Arguments,
  name: string,
  usual: number,
  least: number,
  most: number,
): number {
  const number = args.number(name) ?? usual;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new UsageError(`--${name}: expected a whole number from ${least} to ${most}`);
}

/**
 * A text that can stand in a file: not empty, and on one line.
 * @throws UsageError
 */
export function oneLine(args: Arguments, name: string, usual: string): string {
  const text = args.text(name) ?? usual;
  if (text !== '' && !/\p{Cc}/u.test(text)) return text;
  throw new UsageError(`--${name}: expected a text without control characters`);
}

/** @throws UsageError */
export function ipAddress(args: Arguments, name: string, usual: string): string {
  const text = args.text(name) ?? usual;
  if (isIPv4(text)) return text;
  throw new UsageError(`--${name}: expected an IPv4 address, such as ${usual}`);
}

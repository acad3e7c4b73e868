import type { Arguments, CliContext } from './command.js';
import type { ExitCode } from './exit-code.js';
import { reportError } from './report.js';

/**
 * `config get NAME…` without options, which is asked again and again by scripts, without loading the parser of the command line:
 * that takes longer than all the rest.
 * @returns undefined when something else was typed
 */
export async function quickGet(words: readonly string[], context: CliContext): Promise<ExitCode | undefined> {
  const [group, command, ...names] = words;
  const isQuick = group === 'config' && command === 'get' && names.every((name) => /^\w+$/.test(name));
  if (!isQuick || names.length === 0) return undefined;
  const args: Arguments = {
    text: () => undefined,
    number: () => undefined,
    flag: () => false,
    list: () => names,
    rest: [],
  };
  const { getValues } = await import('./config/get.js');
  return await getValues(args, context).catch((error: unknown) => reportError(error, context.stderr));
}

import { resolve } from 'node:path';
import { readTextIfThere, writeFileAtomic } from '../../host/files.js';
import type { ArgumentSpec, Arguments, CliContext } from '../command.js';
import { CommandFailure } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';

/** Where a rendered file goes. */
export const OUTPUT_OPTIONS = {
  output: { type: 'text', describe: 'Write it there', defaultText: 'standard output' },
  force: { type: 'flag', describe: 'Write it even over another file' },
} as const satisfies Readonly<Record<string, ArgumentSpec>>;

/**
 * Prints a rendered file, or writes it where it was asked for. A file that is there already stays, unless it is the same or --force is given.
 * @throws CommandFailure, FileError
 */
export async function put(
  text: string,
  args: Arguments,
  { stdout, cwd }: CliContext,
  mode = 0o644,
): Promise<ExitCode> {
  const asked = args.text('output');
  if (asked === undefined || asked === '-') {
    stdout.write(text);
    return EXIT.ok;
  }
  const path = resolve(cwd, asked);
  if (!args.flag('force')) await writeFileAtomic(path, text, { createOnly: true, mode });
  else await writeFileAtomic(path, text, { mode });
  if ((await readTextIfThere(path)) === text) {
    stdout.write(`${path} is written.\n`);
    return EXIT.ok;
  }
  throw new CommandFailure(`${path} is there already, and is another file`, {
    hint: 'give --force to have it replaced, or another name',
  });
}

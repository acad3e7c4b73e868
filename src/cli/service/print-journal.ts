import { run } from '../../host/exec.js';
import { followProgram } from '../../host/follow-program.js';
import { journalWords } from '../../host/systemd/manager.js';
import { SERVICE_UNIT } from '../../render/unit-names.js';
import type { CliContext } from '../command.js';
import type { InstalledService } from './installed-service.js';

/** How the journal is printed. */
export interface JournalOptions {
  readonly count: number;
  /** Whether it goes on with new lines until Ctrl-C. */
  readonly follow: boolean;
  readonly print: (line: string) => void;
}

/**
 * Prints what the service has logged, without what systemd puts before each line.
 * @throws CommandError
 */
export async function printJournal(
  { scope }: InstalledService,
  { count, follow, print }: JournalOptions,
  { interrupted }: CliContext,
): Promise<void> {
  const words = journalWords(SERVICE_UNIT, scope, count);
  if (follow) return await followProgram('journalctl', [...words, '--follow'], print, interrupted);
  if (count === 0) return;
  const { stdout } = await run('journalctl', words);
  for (const line of stdout.split('\n').filter((each) => each !== '')) print(line);
}

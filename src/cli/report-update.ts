import type { UpdateEnd } from '../images/run-update.js';
import { describeEvent } from '../images/update-event.js';
import { readPause, type UpdatePause } from '../images/update-pause.js';
import type { Layout } from '../render/layout.js';
import type { Arguments, CliContext } from './command.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { describeError, exitCodeFor } from './report.js';

/** Says how an update ended, as far as that was not said while it ran. */
export function reportEnd(end: UpdateEnd, args: Arguments, { stdout, stderr }: CliContext): ExitCode {
  if (end.kind === 'busy') {
    const { holder, since } = end;
    const who =
      holder === undefined ? '' : ` (process ${holder.pid}${since === undefined ? '' : `, since ${since}`})`;
    const busy = { event: 'busy', pid: holder?.pid ?? null, since: since ?? null };
    stdout.write(args.flag('json') ? `${JSON.stringify(busy)}\n` : `An update is running already${who}.\n`);
    return EXIT.ok;
  }
  if (end.error !== undefined) {
    stderr.write(describeError(end.error));
    const code = exitCodeFor(end.error);
    return code === EXIT.failed ? EXIT.nothing : code;
  }
  if (end.record.result === 'interrupted') {
    stderr.write(
      'docker-mirror: interrupted; what the mirror has of an image stays, and the next update goes on from there\n',
    );
  }
  return exitCodeOf(end.record.result);
}

/** Says that a scheduled update is under way already. */
export function reportWaiting(
  pause: UpdatePause | undefined,
  args: Arguments,
  { stdout }: CliContext,
): ExitCode {
  const { pid } = pause?.process ?? { pid: null };
  const waits = pause?.waits ?? [];
  const text = `A scheduled update is under way already${pid === null ? '' : ` (process ${pid})`}.\n`;
  const busy = { event: 'busy', pid, since: null, waits };
  stdout.write(args.flag('json') ? `${JSON.stringify(busy)}\n` : `${text}${inWords(pause)}`);
  return EXIT.ok;
}

/** Tells who updates by hand that the scheduled update waits: this one does not. */
export async function tellGoingAhead({ updateWaits }: Layout, tell: (text: string) => void): Promise<void> {
  const pause = await readPause(updateWaits);
  if (pause === undefined) return;
  tell(`A scheduled update (process ${pause.process.pid}) waits; this one goes ahead.\n${inWords(pause)}`);
}

function inWords(pause: UpdatePause | undefined): string {
  return pause === undefined ? '' : `${describeEvent({ event: 'waiting', waits: pause.waits })}\n`;
}

function exitCodeOf(result: string): ExitCode {
  if (result === 'partly') return EXIT.failed;
  if (result === 'failed') return EXIT.nothing;
  return result === 'interrupted' ? EXIT.interrupted : EXIT.ok;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { isLocked } from '../host/lock.js';
import { identify } from '../host/process-identity.js';
import { readableLine } from '../host/readable-line.js';
import { lastLines } from '../host/tail.js';
import type { Layout } from '../render/layout.js';
import type { HttpConfig } from '../settings/engine-config.js';
import type { CliContext } from './command.js';
import { probeMirror } from './endpoint.js';
import { CommandFailure, Interrupted } from './errors.js';
import { lookAtMirror, type MirrorState } from './mirror-state.js';
import { listenProblem } from './port-conflict.js';
import { stopMirror } from './stop-mirror.js';

const WAIT_MS = 30_000;
const POLL_MS = 100;
/** A first failure may be passing; a second in a row is not. */
const FAILURES = 2;
const LOG_LINES = 15;

/**
 * Waits until the mirror answers.
 * @param launched the supervisor that was started for it; undefined when it ran already
 * @returns the process id of the supervisor in charge: another start's, if that was faster
 * @throws CommandFailure with the last lines of the log; what was launched is stopped then
 * @throws Interrupted after Ctrl-C; the mirror goes on starting
 */
export async function awaitMirror(
  layout: Layout,
  http: HttpConfig,
  launched: number | undefined,
  context: CliContext,
): Promise<number> {
  const end = performance.now() + WAIT_MS;
  const progress = showProgress(context);
  try {
    for (;;) {
      if (context.interrupted.aborted) throw interruption(layout);
      const mirror = await lookAtMirror(layout);
      const { state, supervised, programRunning } = mirror;
      // What an earlier, killed supervisor left behind may still answer, and is about to be ended.
      if (state !== undefined && supervised && programRunning && (await probeMirror(http)).answers) {
        return state.supervisor.pid;
      }
      if (await isHopeless(layout, mirror, launched))
        throw await failure(layout, http, launched, 'it ended by itself');
      if (performance.now() > end) {
        const { answers, ...rest } = await probeMirror(http);
        if (answers) continue;
        throw await failure(layout, http, launched, 'reason' in rest ? rest.reason : 'no answer');
      }
      progress.tick();
      await sleep(POLL_MS, undefined, { signal: context.interrupted }).catch(() => undefined);
    }
  } finally {
    progress.end();
  }
}

/** Whether waiting on cannot help: the supervisor gave up, is gone, or its program died again and again. */
async function isHopeless(
  layout: Layout,
  mirror: MirrorState,
  launched: number | undefined,
): Promise<boolean> {
  const { state, supervised } = mirror;
  if (supervised && state !== undefined) return state.phase === 'waiting' && state.restarts >= FAILURES - 1;
  if (launched !== undefined && (await identify(launched)) !== undefined) return false;
  // Another start's supervisor may be in charge, and not have said so yet.
  return !(await isLocked(layout.run));
}

async function failure(
  layout: Layout,
  http: HttpConfig,
  launched: number | undefined,
  reason: string,
): Promise<Error> {
  const lines = await lastLines(layout.log, LOG_LINES);
  const ours = (await lookAtMirror(layout)).state?.supervisor.pid === launched;
  if (ours) await stopMirror(layout, 5_000);
  const listen = launched === undefined ? undefined : await listenProblem(http, layout.config);
  if (listen !== undefined) return listen;
  const format = readableLine({ colour: false });
  const log = lines.map((line) => `  ${format(line).trimEnd()}`).join('\n');
  const left = ours ? 'It was stopped again.' : 'It is left as it is.';
  return new CommandFailure(
    `the mirror does not answer: ${reason}. ${left} The last lines of its log:\n${log}`,
    {
      hint: `the whole log is ${layout.log}`,
    },
  );
}

function interruption(layout: Layout): Interrupted {
  return new Interrupted(`interrupted; the mirror in ${layout.root} goes on starting in the background`, {
    hint: '"docker-mirror status" shows whether it answers, "docker-mirror stop" ends it',
  });
}

interface Progress {
  tick(): void;
  end(): void;
}

/** One line that grows on a terminal; nothing elsewhere. */
function showProgress({ stderr }: CliContext): Progress {
  let ticks = 0;
  return {
    tick() {
      ticks += 1;
      if (!stderr.isTerminal) return;
      if (ticks === 5) stderr.write('Waiting for the mirror to answer ');
      else if (ticks > 5 && ticks % 5 === 0) stderr.write('.');
    },
    end() {
      if (stderr.isTerminal && ticks >= 5) stderr.write('\n');
    },
  };
}

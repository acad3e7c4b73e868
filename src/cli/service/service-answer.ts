import { setTimeout as sleep } from 'node:timers/promises';
import { readableLine } from '../../host/readable-line.js';
import { lastUnitLines, unitProperties } from '../../host/systemd/manager.js';
import { HostChangeError } from '../../render/host/carry-out.js';
import type { UnitScope } from '../../render/host/wanted.js';
import { SERVICE_UNIT, TIMER_UNIT } from '../../render/unit-names.js';
import type { CliContext } from '../command.js';
import { probeMirror } from '../endpoint.js';
import { CommandFailure, Interrupted } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { PreparedStart } from '../prepare-start.js';
import { welcome } from '../welcome.js';
import { logCommand } from './log-command.js';

const WAIT_MS = 30_000;
const POLL_MS = 100;
const LOG_LINES = 15;

/** A service that was started, or ran already. */
export interface StartedService {
  readonly start: PreparedStart;
  readonly scope: UnitScope;
  readonly started: boolean;
}

/**
 * Waits until the mirror answers, and says where it is.
 * @throws CommandFailure
 */
export async function awaitService(service: StartedService, context: CliContext): Promise<ExitCode> {
  const { start, scope, started } = service;
  const { config, layout, prepared } = start;
  const end = performance.now() + WAIT_MS;
  for (;;) {
    const probe = await probeMirror(config.http);
    if (probe.answers) break;
    if (context.interrupted.aborted) {
      throw new Interrupted('interrupted; the mirror goes on starting in the background', {
        hint: '"docker-mirror status" shows whether it answers',
      });
    }
    if (performance.now() > end) {
      throw new CommandFailure(`the mirror does not answer: ${probe.reason}`, {
        hint: `its log: ${logCommand(scope)}`,
      });
    }
    await sleep(POLL_MS);
  }
  const ready = { layout, config, starts: started, settings: prepared.settings };
  context.stdout.write(welcome(ready, started, { log: logCommand(scope), updates: await nextUpdate(scope) }));
  return EXIT.ok;
}

/** The time of the next update in words; undefined when there is none. */
async function nextUpdate(scope: UnitScope): Promise<string | undefined> {
  const name = 'NextElapseUSecRealtime';
  const next = (await unitProperties(TIMER_UNIT, scope, [name])).get(name) ?? '';
  return next === '' ? undefined : `${next} (${TIMER_UNIT})`;
}

/** The error of an installation; when systemd could not start the mirror, with what the mirror said last. */
export async function serviceFailure(error: unknown, scope: UnitScope): Promise<unknown> {
  const step = error instanceof HostChangeError ? error.left[0] : undefined;
  const isStart =
    step?.kind === 'perform' && step.action.kind === 'unit' && step.action.unit === SERVICE_UNIT;
  if (!isStart || !(error instanceof HostChangeError)) return error;
  const lines = await lastUnitLines(SERVICE_UNIT, scope, LOG_LINES).catch(() => []);
  const format = readableLine({ colour: false });
  const log = lines.map((line) => `  ${format(line).trimEnd()}`).join('\n');
  return new CommandFailure(`${error.message}\nThe last lines of its log:\n${log}`, {
    hint: `the whole log: ${logCommand(scope)}; then give the same command again: it goes on where this one stopped`,
    cause: error,
  });
}

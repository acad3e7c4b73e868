import { dirname } from 'node:path';
import type { Log, Logger } from '../host/log.js';
import { onSupervisorGone } from '../host/parent-watch.js';
import { activatedDescriptors } from '../host/systemd/activation.js';
import { layoutOf } from '../render/layout.js';
import { withCredentials } from '../settings/credentials.js';
import type { EngineConfig } from '../settings/engine-config.js';
import { watchUnused } from '../upkeep/watch-unused.js';
import type { Arguments, CliContext, Command } from './command.js';
import { drainTime } from './drain-time.js';
import { describeProblem, type RunningEngine } from './engine-port.js';
import { UsageError } from './errors.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { reportToManager } from './report-to-manager.js';

/** `docker-mirror serve` */
export const serveCommand: Command = {
  usage: 'serve <config>',
  summary: 'Serve in the foreground with a config.yml, as "registry serve" does, until SIGTERM or Ctrl-C',
  positionals: { config: { type: 'text', describe: 'The configuration file' } },
  options: {
    'stop-when-unused': {
      type: 'number',
      describe: 'Stop so many seconds after the last lease on the mirror has ended, when it had any',
    },
  },
  examples: [['$0 serve /mirror/docker/config/config.yml', 'with the log on standard output']],
  async run(args, context) {
    const path = args.text('config') ?? '';
    const grace = graceOf(args);
    const { config: written, warnings } = await context.engine.loadConfig(path, context.env);
    const config = await withCredentials(written, context.env);
    await context.engine.checkFiles(path, config, context.env);
    // Loaded when it is needed: other commands start faster without.
    const { createLog } = await import('../host/log.js');
    const log = createLog(config.log, { env: context.env });
    context.onCrash((error) => {
      log.logger.fatal({ err: error }, 'crashed');
      log.flush();
    });
    try {
      for (const warning of warnings) log.logger.warn(describeProblem(warning));
      const descriptors = activatedDescriptors(context.env, process.pid);
      const sockets = descriptors === undefined ? {} : { descriptors };
      const engine = await context.engine.start(config, log.logger, context.env, sockets);
      log.logger.info({ addresses: engine.addresses, config: path }, 'listening');
      const manager = await reportToManager(engine, log.logger, context);
      const reason = await untilToldToStop(context, (onUnused) =>
        watchLeases(config, grace, log.logger, onUnused),
      );
      await manager.stopping();
      return await stop(engine, reason, drainTime(config.http), log);
    } finally {
      log.close();
    }
  },
};

/** Milliseconds; undefined: it goes on without leases. */
function graceOf(args: Arguments): number | undefined {
  const seconds = args.number('stop-when-unused');
  if (seconds === undefined || (seconds >= 0 && seconds <= 1e9))
    return seconds === undefined ? undefined : seconds * 1000;
  throw new UsageError('--stop-when-unused is a number of seconds');
}

function watchLeases(
  { storage }: EngineConfig,
  grace: number | undefined,
  logger: Logger,
  onUnused: () => void,
): void {
  if (grace === undefined) return;
  const { leases } = layoutOf(dirname(storage.rootDirectory));
  watchUnused({ leases, grace, logger, onUnused });
}

function untilToldToStop(context: CliContext, watch: (onUnused: () => void) => void): Promise<string> {
  return new Promise((resolve) => {
    watch(() => resolve('nobody needs it'));
    const onSignal = () => resolve('asked to');
    if (context.interrupted.aborted) onSignal();
    context.interrupted.addEventListener('abort', onSignal, { once: true });
    onSupervisorGone(context.env, process.stdin, () => resolve('the supervisor is gone'));
  });
}

async function stop(engine: RunningEngine, reason: string, graceMs: number, log: Log): Promise<ExitCode> {
  log.logger.info({ reason, graceMs }, 'stopping');
  await engine.close(graceMs);
  log.logger.info('stopped');
  return EXIT.ok;
}

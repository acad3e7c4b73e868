import { createLog, type Log } from '../host/log.js';
import { onSupervisorGone } from '../host/parent-watch.js';
import { activatedDescriptors } from '../host/systemd/activation.js';
import { withCredentials } from '../settings/credentials.js';
import type { CliContext, Command } from './command.js';
import { drainTime } from './drain-time.js';
import { describeProblem, type RunningEngine } from './engine-port.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { reportToManager } from './report-to-manager.js';

/** `docker-mirror serve` */
export const serveCommand: Command = {
  usage: 'serve <config>',
  summary: 'Serve in the foreground with a config.yml, as "registry serve" does, until SIGTERM or Ctrl-C',
  positionals: { config: { type: 'text', describe: 'The configuration file' } },
  options: {},
  examples: [['$0 serve /mirror/docker/config/config.yml', 'with the log on standard output']],
  async run(args, context) {
    const path = args.text('config') ?? '';
    const { config: written, warnings } = await context.engine.loadConfig(path, context.env);
    const config = await withCredentials(written, context.env);
    await context.engine.checkFiles(path, config, context.env);
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
      const reason = await untilToldToStop(context);
      await manager.stopping();
      return await stop(engine, reason, drainTime(config.http), log);
    } finally {
      log.close();
    }
  },
};

function untilToldToStop(context: CliContext): Promise<string> {
  return new Promise((resolve) => {
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

import { readTextIfThere } from '../host/files.js';
import { layoutOf } from '../render/layout.js';
import type { Command } from './command.js';
import { mirrorPath } from './location.js';
import { START_OPTIONS, startCommand } from './start.js';
import { stopTimeout, TIMEOUT_OPTION } from './stop.js';
import { stopMirror } from './stop-mirror.js';

/** `docker-mirror restart` */
export const restartCommand: Command = {
  usage: 'restart',
  summary: 'Stop the mirror if it runs, and start it, so that a changed config.yml takes effect',
  options: { ...START_OPTIONS, ...TIMEOUT_OPTION },
  examples: [['$0 restart', 'after a change of config.yml']],
  async run(args, context) {
    const layout = layoutOf(mirrorPath(args, context));
    // A configuration that cannot be used is found before the mirror that works is stopped.
    if (await isConfigured(layout.config)) {
      const { config } = await context.engine.loadConfig(layout.config, context.env);
      await context.engine.checkFiles(layout.config, config, context.env);
    }
    if (!args.flag('dry-run')) await stopMirror(layout, await stopTimeout(args, layout, context));
    return await startCommand.run(args, context);
  },
};

async function isConfigured(config: string): Promise<boolean> {
  return (await readTextIfThere(config)) !== undefined;
}

import type { Command } from './command.js';
import { START_OPTIONS } from './start.js';
import { startMirror } from './start-mirror.js';
import { stopTimeout, TIMEOUT_OPTION } from './stop.js';

/** `docker-mirror restart` */
export const restartCommand: Command = {
  usage: 'restart',
  summary:
    'Stop the mirror if it runs, and start it, so that changed settings or a changed config.yml take effect',
  options: { ...START_OPTIONS, ...TIMEOUT_OPTION },
  examples: [
    ['$0 restart', 'after a change'],
    ['$0 restart --force', 'have the settings count again, where config.yml was changed by hand'],
  ],
  run: (args, context) =>
    startMirror(args, context, {
      restart: true,
      stopTimeout: (layout) => stopTimeout(args, layout, context),
    }),
};

import type { ArgumentSpec, Command } from './command.js';
import { EXIT } from './exit-code.js';
import { PATH_OPTION, USUAL_PATH } from './location.js';
import { startMirror } from './start-mirror.js';
import { stopTimeout } from './stop.js';

/** The options of `start` and `restart`. */
export const START_OPTIONS = {
  ...PATH_OPTION,
  port: {
    type: 'number',
    describe:
      'The port, instead of that of the settings; it is kept for this mirror until the setting changes',
    defaultText: '$DOCKER_MIRROR_PORT, else as asked for earlier, else that of .config',
  },
  force: {
    type: 'flag',
    describe:
      'Render config.yml from the settings even when it was changed by hand; it is kept as config.yml.old',
  },
  'dry-run': { type: 'flag', describe: 'Only say what would be done' },
} as const satisfies Readonly<Record<string, ArgumentSpec>>;

/** `docker-mirror start` */
export const startCommand: Command = {
  usage: 'start',
  summary: 'Set the mirror up as the settings say, start it in the background, and wait until it answers',
  options: START_OPTIONS,
  examples: [
    ['$0 start', `in the folder of .config (${USUAL_PATH} for root), on its port (5000)`],
    ['$0 start --path /srv/mirror --port 5005', 'somewhere else'],
    ['$0 start --dry-run', 'show what would be done'],
  ],
  async run(args, context) {
    const status = await startMirror(args, context, {
      restart: false,
      stopTimeout: (layout) => stopTimeout(args, layout, context),
    });
    if (status !== EXIT.ok || args.flag('dry-run')) return status;
    const { applyHostSettings } = await import('./host-settings.js');
    return await applyHostSettings(args, context);
  },
};

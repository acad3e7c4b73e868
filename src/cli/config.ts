import type { CommandGroup } from './command.js';
import { ASKING_COMMANDS } from './config/asking-commands.js';
import { PRESET_COMMANDS } from './config/preset-commands.js';
import { VALUE_COMMANDS } from './config/value-commands.js';

/** `docker-mirror config`: the settings in `.config`. What a command does is loaded when it runs. */
export const configCommand: CommandGroup = {
  usage: 'config',
  summary: 'Read and change the settings in .config, which Kconfig describes',
  commands: [...VALUE_COMMANDS, ...ASKING_COMMANDS, ...PRESET_COMMANDS],
  examples: [
    ['$0 config get DOCKER_MIRROR_PORT', 'print a value'],
    ['$0 config set DOCKER_MIRROR_PORT=5005', 'change one'],
    ['$0 config explain DOCKER_MIRROR_PORT', 'what it is, and why it has its value'],
    ['$0 config lab_defconfig', 'take the settings of defconfigs/lab_defconfig'],
  ],
  shorthand: (word) => (/^[^-].*_defconfig$/.test(word) ? ['defconfig', word] : undefined),
};

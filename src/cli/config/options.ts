import type { ArgumentSpec } from '../command.js';

/** Which settings are meant. */
export const PLACE_OPTIONS: Readonly<Record<string, ArgumentSpec>> = {
  kconfig: {
    type: 'text',
    describe: 'A Kconfig file of your own; its .config is beside it, or $KCONFIG_CONFIG',
    defaultText: 'that of docker-mirror',
  },
};

/** Of commands that write the .config. */
export const WRITE_OPTIONS: Readonly<Record<string, ArgumentSpec>> = {
  ...PLACE_OPTIONS,
  'dry-run': { type: 'flag', describe: 'Show what would change, and write nothing' },
};

export const JSON_OPTION: Readonly<Record<string, ArgumentSpec>> = {
  json: { type: 'flag', describe: 'Print JSON, for programs' },
};

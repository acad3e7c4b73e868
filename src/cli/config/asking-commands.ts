import type { Command } from '../command.js';
import { JSON_OPTION, PLACE_OPTIONS, WRITE_OPTIONS } from './options.js';

/** Those that ask, or say what would be asked. */
export const ASKING_COMMANDS: readonly Command[] = [
  {
    usage: 'config',
    summary: 'Ask for every setting, line by line',
    options: WRITE_OPTIONS,
    examples: [['$0 config config', 'Enter keeps a value, ? explains, Ctrl-C leaves all as it is']],
    run: async (args, context) => (await import('./ask.js')).askEverything(args, context),
  },
  {
    usage: 'oldconfig',
    summary: 'Ask, line by line, for the settings that are new since .config was written',
    options: WRITE_OPTIONS,
    examples: [['$0 config oldconfig', 'after an update of docker-mirror']],
    run: async (args, context) => (await import('./ask.js')).askForNew(args, context),
  },
  {
    usage: 'syncconfig',
    summary: 'As oldconfig on a terminal; then write auto.conf and autoconf.h for a build, if they change',
    options: WRITE_OPTIONS,
    examples: [
      ['$0 config syncconfig --kconfig Kconfig', 'include/config/auto.conf, include/generated/autoconf.h'],
    ],
    run: async (args, context) => (await import('./sync.js')).syncFiles(args, context),
  },
  {
    usage: 'listnewconfig',
    summary: 'Print the settings that are new, with their defaults',
    options: { ...PLACE_OPTIONS, ...JSON_OPTION },
    examples: [['$0 config listnewconfig', 'what oldconfig would ask for']],
    run: async (args, context) => (await import('./news.js')).listNew(args, context),
  },
  {
    usage: 'helpnewconfig',
    summary: 'Print the help of the settings that are new',
    options: PLACE_OPTIONS,
    examples: [['$0 config helpnewconfig', 'what they are for']],
    run: async (args, context) => (await import('./news.js')).helpNew(args, context),
  },
];

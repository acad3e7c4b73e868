import type { Command } from '../command.js';
import { JSON_OPTION, PLACE_OPTIONS, WRITE_OPTIONS } from './options.js';

const SYMBOLS = {
  symbols: { type: 'text', describe: 'Names of symbols, with or without CONFIG_' },
} as const;

/** Those that read or change single values, or pass all of them on. */
export const VALUE_COMMANDS: readonly Command[] = [
  {
    usage: 'get <symbols..>',
    summary: 'Print values, one a line: y, n, m, or the text without quotes',
    positionals: SYMBOLS,
    options: { ...PLACE_OPTIONS, ...JSON_OPTION },
    examples: [['$0 config get DOCKER_MIRROR_PORT', 'prints 5000']],
    run: async (args, context) => (await import('./get.js')).getValues(args, context),
  },
  {
    usage: 'set <assignments..>',
    summary: 'Change values: all that are given, or none when one does not take, and then say why',
    positionals: {
      assignments: { type: 'text', describe: 'SYMBOL=VALUE, several of them, or SYMBOL VALUE' },
    },
    options: WRITE_OPTIONS,
    examples: [
      ['$0 config set DOCKER_MIRROR_PORT=5005', 'change a number'],
      ['$0 config set INSTALL_DOCKER_MIRROR=y DOCKER_MIRROR_PORT=5005', 'two at once, in any order'],
      ["$0 config set DOCKER_MIRROR_CUSTOM_IMAGES 'alpine:3 busybox:1'", 'a text'],
    ],
    run: async (args, context) => (await import('./set.js')).setValues(args, context),
  },
  {
    usage: 'unset <symbols..>',
    summary: 'Let the defaults of symbols count again',
    positionals: SYMBOLS,
    options: WRITE_OPTIONS,
    examples: [['$0 config unset DOCKER_MIRROR_PORT', 'back to 5000']],
    run: async (args, context) => (await import('./set.js')).unsetValues(args, context),
  },
  {
    usage: 'explain <symbols..>',
    summary: 'Say what symbols are, what their values are and why, and what stands in the way',
    positionals: SYMBOLS,
    options: { ...PLACE_OPTIONS, ...JSON_OPTION },
    examples: [['$0 config explain DOCKER_MIRROR_PORT', 'value, where it comes from, help, dependencies']],
    run: async (args, context) => (await import('./show.js')).explainSymbols(args, context),
  },
  {
    usage: 'list',
    summary: 'Print every setting that applies now, with its value',
    options: {
      ...PLACE_OPTIONS,
      ...JSON_OPTION,
      changed: { type: 'flag', describe: 'Only those that differ from their defaults' },
    },
    examples: [['$0 config list --changed', 'what was set here']],
    run: async (args, context) => (await import('./show.js')).listValues(args, context),
  },
  {
    usage: 'merge <files..>',
    summary:
      'Lay fragments over the settings, the last one on top; nothing is written when a value does not take',
    positionals: { files: { type: 'text', describe: 'Files of lines such as CONFIG_NAME=VALUE' } },
    options: {
      ...WRITE_OPTIONS,
      fresh: { type: 'flag', describe: 'Start from the defaults, not from the settings there are' },
      force: { type: 'flag', describe: 'Write although some values do not take' },
    },
    examples: [['$0 config merge lab.config site.config', 'both over the .config there is']],
    run: async (args, context) => (await import('./merge.js')).mergeFragments(args, context),
  },
  {
    usage: 'export <format> [file]',
    summary: 'Print the settings for other programs, or write them into a file',
    positionals: {
      format: {
        type: 'text',
        describe: 'Variables for Ansible, a C header, or a file for make',
        choices: ['yaml', 'header', 'auto-conf'],
      },
      file: { type: 'text', describe: 'Where to; - is standard output', defaultText: '-' },
    },
    options: WRITE_OPTIONS,
    examples: [['$0 config export yaml extra_vars.yaml', 'for ansible-playbook -e @extra_vars.yaml']],
    run: async (args, context) => (await import('./export.js')).exportValues(args, context),
  },
];

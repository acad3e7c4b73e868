import type { Preset } from '../../kconfig/preset.js';
import type { Command } from '../command.js';
import { WRITE_OPTIONS } from './options.js';

/** Those that make a whole .config without asking. */
export const PRESET_COMMANDS: readonly Command[] = [
  {
    usage: 'olddefconfig',
    summary: 'Give what is new its default, and keep the rest',
    options: WRITE_OPTIONS,
    examples: [['$0 config olddefconfig', 'after an update of docker-mirror, without questions']],
    run: async (args, context) => (await import('./update.js')).oldDefaults(args, context),
  },
  {
    usage: 'defconfig [file]',
    summary: 'Take the default settings, or those of defconfigs/NAME_defconfig, or of a file',
    positionals: { file: { type: 'text', describe: 'NAME, NAME_defconfig, or a file' } },
    options: WRITE_OPTIONS,
    examples: [
      ['$0 config defconfig', 'the settings of a first start'],
      ['$0 config defconfig lab', 'the same as "config lab_defconfig"'],
      ['$0 config defconfig ./site_defconfig', 'a file of your own'],
    ],
    run: async (args, context) => (await import('./update.js')).defaultConfig(args, context),
  },
  preset('alldefconfig', 'default', 'Give every setting its default'),
  preset('allyesconfig', 'yes', 'Turn everything on that can be'),
  preset('allmodconfig', 'mod', 'Make everything a module that can be one'),
  preset('allnoconfig', 'no', 'Turn everything off that can be'),
  {
    usage: 'randconfig',
    summary:
      'Answer every question by chance; KCONFIG_SEED repeats one, KCONFIG_PROBABILITY says how likely y and m are',
    options: WRITE_OPTIONS,
    examples: [['KCONFIG_SEED=0x2A $0 config randconfig', 'the seed is printed, to do it again']],
    run: async (args, context) => (await import('./update.js')).randomAll(args, context),
  },
  {
    usage: 'savedefconfig [file]',
    summary: 'Write a small file that holds only what differs from the defaults',
    positionals: {
      file: { type: 'text', describe: 'Where to; - is standard output', defaultText: 'defconfig' },
    },
    options: WRITE_OPTIONS,
    examples: [['$0 config savedefconfig defconfigs/site_defconfig', '"config site_defconfig" takes it']],
    run: async (args, context) => (await import('./update.js')).saveMinimal(args, context),
  },
];

function preset(usage: string, kind: Preset, summary: string): Command {
  return {
    usage,
    summary: `${summary}; KCONFIG_ALLCONFIG names a file whose values stay`,
    options: WRITE_OPTIONS,
    examples: [[`$0 config ${usage} --dry-run`, 'what would change']],
    run: async (args, context) => (await import('./update.js')).presetAll(kind, args, context),
  };
}

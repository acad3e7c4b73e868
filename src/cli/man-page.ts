import type { AnyCommand, ArgumentSpec, Command } from './command.js';
import { EXIT } from './exit-code.js';

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'Done.',
  failed: 'It was tried and did not work.',
  usage: 'The command line was not understood.',
  nothing: 'update, pull: no image could be had.',
  notRunning: 'status: the mirror does not run.',
  impaired: 'status: it serves, and something is wrong.',
  internal: 'A defect of docker-mirror.',
  config: 'The configuration is wrong.',
  interrupted: 'Interrupted by Ctrl-C.',
};

/** The manual page docker-mirror(1), made of what the commands say of themselves, in the language of man(7). */
export function manPage(commands: readonly AnyCommand[], version: string): string {
  const shown = commands.filter(({ internal }) => internal !== true);
  return [
    `.TH DOCKER\\-MIRROR 1 "" "docker\\-mirror ${text(version)}" "User Commands"`,
    '.SH NAME',
    'docker\\-mirror \\- pull\\-through container image mirror for this host',
    '.SH SYNOPSIS',
    '.B docker\\-mirror',
    '.I command',
    '[\\fIoptions\\fR]',
    '.SH COMMANDS',
    ...shown.flatMap((command) =>
      'commands' in command
        ? [
            ...command.commands
              .filter(({ internal }) => internal !== true)
              .flatMap((each) => describe(each, command.usage)),
          ]
        : describe(command, ''),
    ),
    '.SH EXIT STATUS',
    ...Object.entries(EXIT_MEANINGS).flatMap(([name, meaning]) => [
      '.TP',
      `.B ${EXIT[name as keyof typeof EXIT]}`,
      line(meaning),
    ]),
    '.SH FILES',
    ...FILES.flatMap(([path, meaning]) => ['.TP', `.I ${text(path)}`, line(meaning)]),
    '.SH SEE ALSO',
    '.BR systemctl (1),',
    '.BR journalctl (1)',
    '',
  ].join('\n');
}

const FILES: readonly (readonly [string, string])[] = [
  [
    '/etc/docker-mirror/.config',
    'The settings; "docker-mirror menuconfig" changes them, "docker-mirror apply" has them take effect.',
  ],
  [
    '/etc/docker-mirror/environment',
    'Variables for the service, such as HTTPS_PROXY, one NAME=value a line.',
  ],
  ['/mirror/docker', 'The folder of the mirror, unless the settings name another one.'],
];

function describe(command: Command, group: string): string[] {
  const name = group === '' ? command.usage : `${group} ${command.usage}`;
  const specs = [
    ...Object.entries(command.positionals ?? {}),
    ...Object.entries(command.options).map(([option, spec]) => [optionName(option, spec), spec] as const),
  ];
  return [
    `.SS ${text(name)}`,
    line(command.summary),
    ...specs.flatMap(([option, spec]) => ['.TP', `.B ${text(option)}`, line(meaningOf(spec))]),
  ];
}

function optionName(name: string, { type, alias }: ArgumentSpec): string {
  const value = type === 'flag' ? '' : ` ${type === 'number' ? 'NUMBER' : 'TEXT'}`;
  return `${alias === undefined ? '' : `-${alias}, `}--${name}${value}`;
}

function meaningOf({ describe: what, defaultText, choices }: ArgumentSpec): string {
  const values = choices === undefined ? '' : ` One of ${choices.join(', ')}.`;
  return `${what}.${values}${defaultText === undefined ? '' : ` Default: ${defaultText}.`}`;
}

/** A line of text: a period or an apostrophe at its beginning would make it a request. */
function line(words: string): string {
  const escaped = text(words);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** Text for man(7): a backslash begins an escape, a plain minus may become a hyphen, and a line end would begin a request. */
function text(words: string): string {
  return words.replace(/\s+/g, ' ').replaceAll('\\', '\\e').replaceAll('-', '\\-');
}

import { shown } from '../settings/topics/symbol.js';
import { SettingError } from './registry-config.js';

/** Control characters and lone surrogates; the line separators of Unicode are no line ends for systemd. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;

/**
 * A text as the value of a setting in a unit that is taken as it stands, such as `OnCalendar=` (systemd.syntax(7)). `%` would
 * begin a specifier (systemd.unit(5)) and is doubled.
 * @throws SettingError for what would end the line, go on in the next one, or lose its blanks
 */
export function unitText(text: string): string {
  refuse(text, UNFIT.test(text), 'a control character');
  refuse(text, text.endsWith('\\'), 'a backslash at its end');
  refuse(text, text !== text.trim(), 'blanks at an end');
  refuse(text, text === '', 'nothing');
  return text.replaceAll('%', '%%');
}

/**
 * A text as one word of a list, such as a path in `ReadWritePaths=`. The settings of systemd do not agree on what a quote or a
 * backslash inside a word means, so neither can stand there.
 * @throws SettingError
 */
export function unitWord(text: string): string {
  refuse(text, /["'\\]/.test(text), 'a quote or a backslash');
  return `"${unitText(text)}"`;
}

/**
 * A text as one word of a command line, such as `ExecStart=` (systemd.service(5), "Command lines"). `$` would begin a variable and
 * is doubled.
 * @throws SettingError
 */
export function unitArgument(text: string): string {
  return unitWord(text).replaceAll('$', '$$$$');
}

/**
 * The program of a command line: its path is not looked through for variables.
 * @throws SettingError when it is not absolute, as what begins otherwise has a meaning of its own there
 */
export function unitProgram(path: string): string {
  refuse(path, !path.startsWith('/') || path.includes('$'), 'no plain absolute path');
  return unitWord(path);
}

function refuse(text: string, holds: boolean, what: string): void {
  if (!holds) return;
  throw new SettingError(`${shown(text)} holds ${what}, which cannot stand in a unit of systemd`, {
    hint: 'choose another name; what the settings say is changed with "make menuconfig"',
  });
}

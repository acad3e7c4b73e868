import type { Key, KeyName } from './key.js';

/** Sequences that terminals send: xterm, VT220, rxvt, the Linux console; in application mode (`ESC O`) too. */
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  '[H': 'home',
  '[F': 'end',
  '[Z': 'backtab',
  '[1~': 'home',
  '[3~': 'delete',
  '[4~': 'end',
  '[5~': 'pageup',
  '[6~': 'pagedown',
  '[7~': 'home',
  '[8~': 'end',
  '[11~': 'help',
  '[[A': 'help',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  OH: 'home',
  OF: 'end',
  OM: 'enter',
  OP: 'help',
};

const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x1b': 'escape',
  '\x1b\x1b': 'escape',
  // As in Emacs and readline.
  '\x01': 'home',
  '\x02': 'left',
  '\x04': 'delete',
  '\x05': 'end',
  '\x06': 'right',
  '\x0b': 'eraseRest',
  '\x0c': 'repaint',
  '\x0e': 'down',
  '\x10': 'up',
  '\x12': 'redo',
  '\x15': 'eraseLine',
  '\x17': 'eraseWord',
  '\x03': 'interrupt',
  '\x1a': 'suspend',
};

/**
 * The key that a sequence of characters from the terminal stands for; undefined for one that means nothing here, such as a function
 * key, Alt with a letter, or a report of the terminal.
 */
export function decodeKey(sequence: string): Key | undefined {
  const control = CONTROLS[sequence];
  if (control !== undefined) return { name: control };
  if (sequence.startsWith('\x1b')) {
    // Alt is another Esc before the sequence.
    const name = SEQUENCES[sequence.slice(sequence.lastIndexOf('\x1b') + 1)];
    return name === undefined ? undefined : { name };
  }
  return sequence === '' || /\p{Cc}/u.test(sequence) ? undefined : { name: 'text', text: sequence };
}

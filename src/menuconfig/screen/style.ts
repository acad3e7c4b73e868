/** What a piece of text means; how that looks is decided by the terminal's palette. */
export type Style =
  | 'backdrop'
  | 'title'
  | 'path'
  | 'plain'
  | 'border'
  | 'heading'
  | 'item'
  | 'hotkey'
  | 'chosen'
  | 'chosenHotkey'
  | 'muted'
  | 'button'
  | 'buttonHotkey'
  | 'activeButton'
  | 'activeButtonHotkey'
  | 'field'
  | 'error';

/** The parameters of SGR (ECMA-48, 8.3.117) for each style. */
export type Palette = Readonly<Record<Style, string>>;

/** The colours of mconf's blue theme. */
export const COLOURS: Palette = {
  backdrop: '36;44',
  title: '1;36;44',
  path: '36;44',
  plain: '30;47',
  border: '1;37;47',
  heading: '1;33;47',
  item: '30;47',
  hotkey: '1;33;47',
  chosen: '1;37;44',
  chosenHotkey: '1;33;44',
  muted: '30;47',
  button: '30;47',
  buttonHotkey: '30;47',
  activeButton: '1;37;44',
  activeButtonHotkey: '1;33;44',
  field: '30;47',
  error: '1;31;47',
};

/** For terminals without colours, and for people who want none: bold, underlined and reversed only. */
export const MONO: Palette = {
  backdrop: '',
  title: '1',
  path: '',
  plain: '',
  border: '',
  heading: '1',
  item: '',
  hotkey: '4',
  chosen: '7',
  chosenHotkey: '7',
  muted: '',
  button: '',
  buttonHotkey: '4',
  activeButton: '7',
  activeButtonHotkey: '7',
  field: '',
  error: '1',
};

/** The keys that mean something here, besides letters. */
export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'pageup'
  | 'pagedown'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'backtab'
  | 'backspace'
  | 'delete'
  | 'help'
  | 'interrupt'
  | 'suspend'
  | 'repaint'
  | 'redo'
  | 'eraseLine'
  | 'eraseRest'
  | 'eraseWord';

/** What a person did: pressed a key, typed a character, or pasted a text. */
export type Key =
  | { readonly name: KeyName }
  | { readonly name: 'text'; readonly text: string }
  | { readonly name: 'paste'; readonly text: string };

/** The character that was typed; undefined for every other key. */
export function typed(key: Key): string | undefined {
  return key.name === 'text' ? key.text : undefined;
}

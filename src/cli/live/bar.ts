/** What a terminal can show. */
export interface Look {
  /** More than ASCII. */
  readonly isUnicode: boolean;
}

/** A bar so many columns wide. @param fraction from 0 to 1; what lies outside counts as the nearer end, and 0 of 0 as all */
export function bar(fraction: number, width: number, { isUnicode }: Look): string {
  const part = Number.isNaN(fraction) ? 1 : Math.min(1, Math.max(0, fraction));
  const full = Math.floor(part * width);
  const [done, open] = isUnicode ? ['█', '░'] : ['#', '-'];
  return done.repeat(full) + open.repeat(width - full);
}

/** A name of so many columns at most: its end, which tells names of images apart. */
export function fit(name: string, width: number, { isUnicode }: Look): string {
  const text = plain(name);
  if (text.length <= width) return text;
  return width < 1 ? '' : `${isUnicode ? '…' : '~'}${text.slice(text.length - width + 1)}`;
}

/** A text in which each character takes one column: what is not ASCII is a question mark. */
export function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, '?');
}

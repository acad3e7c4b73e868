/** A text without what would move a terminal's cursor, or the direction of what follows: words of files are anybody's. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, '?');
}

/** What a POSIX shell takes as it is, wherever it stands. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * The text as one word of a POSIX shell's command line (POSIX.1-2017, XCU 2.2.2): in single quotes unless it needs none. A NUL, which
 * no argument can hold, is left out.
 */
export function shellWord(text: string): string {
  const held = text.replaceAll('\0', '');
  // A leading `=` or `~` means something to some shells.
  return PLAIN.test(held) && !held.startsWith('=') ? held : `'${held.replaceAll("'", `'\\''`)}'`;
}

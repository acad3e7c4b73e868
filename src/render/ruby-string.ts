/**
 * The text as a Ruby string in single quotes, in which nothing but `\\` and `\'` means anything (Ruby's doc/syntax/literals.rdoc). A NUL, which
 * ends a file for some readers, is left out.
 */
export function rubyString(text: string): string {
  return `'${text.replaceAll('\0', '').replace(/[\\']/g, '\\$&')}'`;
}

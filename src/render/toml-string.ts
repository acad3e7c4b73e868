/** What TOML 1.0 does not allow in a basic string as it is, and lone surrogates, which no UTF-8 file can hold. */
const NOT_PLAIN = /["\\\p{Cc}]/gu;

/**
 * The text as a TOML basic string on one line (TOML 1.0, "String"). Whatever the text holds, a TOML reader gets back exactly that
 * text and nothing else; half of a surrogate pair, which is no text, becomes U+FFFD.
 */
export function tomlString(text: string): string {
  return `"${text.replace(/\p{Surrogate}/gu, '\ufffd').replace(NOT_PLAIN, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

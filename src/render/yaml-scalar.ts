/** Everything that YAML 1.2 §5.1 does not count as printable, and its line separators. */
const NOT_PLAIN = /[\u007f-\u00a0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/g;

/**
 * The text as a double-quoted YAML scalar on one line (YAML 1.2 §7.3.1). Whatever the text holds (quotes, line ends, `#`, `{{`), a YAML reader gets back
 * exactly that text and nothing else.
 */
export function yamlScalar(text: string): string {
  return JSON.stringify(text).replace(NOT_PLAIN, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

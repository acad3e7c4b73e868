import type { Configuration } from './configuration.js';
import { isTruth, type KconfigSymbol } from './model.js';
import { withHexPrefix } from './number.js';

/**
 * The values as variables for Ansible, as kdevops' `extra_vars.yaml`: a YAML map with names in lower case.
 *
 * - The symbols marked `output yaml`, or all when none is.
 * - A truth value is `True` or `False`, also that of an option which is not visible now, so that `when:` can always ask for it;
 *   `m` is the text "m".
 * - A whole number is bare, without leading zeros: YAML 1.1 would read those as octal.
 * - A hexadecimal number is a text with `0x`, as it is an address or a mask to be passed on, and no number to calculate with.
 * - A text is in double quotes with everything escaped that means something there, or cannot be seen.
 * - Of names that differ only in case the first counts; a comment names the others.
 */
export function formatExtraVars(configuration: Configuration): string {
  const defined = configuration.kconfig.symbols.filter(
    (symbol) => !symbol.isConstant && !symbol.isChoice && symbol.nodes.length > 0,
  );
  const marked = defined.filter(({ outputsYaml }) => outputsYaml);
  const taken = new Map<string, string>();
  const lines: string[] = [];
  for (const symbol of marked.length > 0 ? marked : defined) {
    const value = variableOf(configuration, symbol);
    if (value === undefined) continue;
    const key = symbol.name.toLowerCase();
    const first = taken.get(key);
    if (first !== undefined) {
      lines.push(`# ${symbol.name} is left out: ${key} is ${first}\n`);
      continue;
    }
    taken.set(key, symbol.name);
    lines.push(`${asKey(key)}: ${value}\n`);
  }
  return `# Automatically generated file; DO NOT EDIT.\n---\n${lines.length === 0 ? '{}\n' : lines.join('')}`;
}

/** Undefined for what has no value now. */
function variableOf(configuration: Configuration, symbol: KconfigSymbol): string | undefined {
  const value = configuration.value(symbol);
  if (isTruth(symbol)) return value === 'm' ? '"m"' : value === 'y' ? 'True' : 'False';
  if (!configuration.isWritten(symbol)) return undefined;
  if (symbol.type === 'string') return yamlText(value);
  if (value === '') return undefined;
  return symbol.type === 'hex' ? yamlText(withHexPrefix(value)) : withoutLeadingZeros(value);
}

function withoutLeadingZeros(number: string): string {
  return /^[+-]?\d+$/.test(number) ? BigInt(number).toString() : yamlText(number);
}

/** A name that begins with a digit, or is a word of YAML such as `yes` or `null`, would not be a text. */
function asKey(name: string): string {
  const isPlain = /^[a-z_][a-z0-9_]*$/.test(name) && !/^(?:y|n|yes|no|on|off|true|false|null)$/.test(name);
  return isPlain ? name : yamlText(name);
}

/** JSON's texts are YAML's; beyond JSON, what YAML counts as the end of a line or as not printable is escaped. */
function yamlText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

import type { Kconfig, KconfigSymbol } from '../../kconfig/model.js';
import { nearestWord } from '../../oci/nearest-word.js';
import { CommandFailure } from '../errors.js';

const MAX_SUGGESTIONS = 5;

/** Shorter parts are in too many names. */
const MIN_PART = 3;

/**
 * The option of a name, with or without the prefix of a .config, in upper or lower case.
 * @throws CommandFailure that names the nearest ones
 */
export function symbolNamed(kconfig: Kconfig, word: string, prefix: string): KconfigSymbol {
  const bare = prefix !== '' && word.startsWith(prefix) ? word.slice(prefix.length) : word;
  const found = [word, bare, bare.toUpperCase()].map((name) => kconfig.find(name)).find(isDefined);
  if (found !== undefined) return found;
  const near = suggestions(kconfig, bare);
  throw new CommandFailure(`there is no symbol ${bare}`, {
    hint:
      near.length === 0
        ? 'see "docker-mirror config list"'
        : `did you mean ${near.join(', ')}? See "docker-mirror config list"`,
  });
}

function isDefined(symbol: KconfigSymbol | undefined): symbol is KconfigSymbol {
  return symbol !== undefined && symbol.nodes.length > 0;
}

/** A slip of the keyboard first, then names that hold the word, or all of its parts. */
function suggestions(kconfig: Kconfig, word: string): readonly string[] {
  const names = kconfig.symbols
    .filter((symbol) => !symbol.isConstant && !symbol.isChoice && isDefined(symbol))
    .map(({ name }) => name);
  const nearest = nearestWord(word, names);
  const parts = word
    .toUpperCase()
    .split('_')
    .filter((part) => part !== '');
  const isTelling = parts.some(({ length }) => length >= MIN_PART);
  const holding = isTelling
    ? names.filter((name) => parts.every((part) => name.toUpperCase().includes(part)))
    : [];
  return [...new Set([...(nearest === undefined ? [] : [nearest]), ...holding])].slice(0, MAX_SUGGESTIONS);
}

/** Digits of a number in a version: more than calendar versions have, and less than what can be counted exactly. */
const N = '\\d{1,15}';
/** Any number. */
const X = '[xX*]';
/** Only digits without a zero in front, or something with a letter (Semantic Versioning 2.0.0, item 9). */
const IDENTIFIER = '(?:0|[1-9]\\d{0,14}|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const PRE_RELEASE = `-${IDENTIFIER}(?:\\.${IDENTIFIER})*`;
/** `1`, `1.x`, `v1.2.3`, `1.2.3-rc.1`: behind any number only any number may stand. */
const VERSION = `v?(?:${X}(?:\\.${X}){0,2}|${N}(?:\\.${X}){0,2}|${N}\\.${N}(?:\\.${X})?|${N}\\.${N}\\.${N}(?:${PRE_RELEASE})?)`;
const COMPARATOR = new RegExp(`^(?:\\^|~>?|[<>]=?|=)?${VERSION}$`);
const HYPHEN = new RegExp(`^${VERSION} - ${VERSION}$`);

/** Characters of a range; those that people write have a few dozen. */
const LONGEST = 200;

/**
 * A range of versions in its usual form, commas as blanks; undefined when it is none. Alternatives are parted by `||`; each is a hyphen
 * range (`1.2 - 2.3`), or comparators that all hold: `^1.4`, `~1.4`, `>=1.2`, `<2`, `1.x`, `*`. Numbers may begin with zeros, as those of
 * calendar versions do.
 */
export function parseVersionRange(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  const alternatives = text.split('||').map(asAlternative);
  return alternatives.every((each) => each !== undefined) ? alternatives.join(' || ') : undefined;
}

function asAlternative(text: string): string | undefined {
  const words = text.replaceAll(',', ' ').trim().replace(/\s+/g, ' ');
  if (HYPHEN.test(words)) return words;
  // A blank may follow an operator, as in ">= 1.2".
  const closed = words.replace(/(\^|~>?|[<>]=?|=) /g, '$1');
  return closed.split(' ').every((each) => COMPARATOR.test(each)) ? closed : undefined;
}

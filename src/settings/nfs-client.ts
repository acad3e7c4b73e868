import { isIP } from 'node:net';
import type { Parsed } from './parsed.js';

const FORM =
  'an address, a network such as 10.0.0.0/8, a host name, a wildcard such as *.lab.example, or @NETGROUP';

const NETGROUP = /^@[A-Za-z0-9_][A-Za-z0-9._-]*$/;
/** One label of a host name; with `*`, `?` and classes of characters of wildcards. */
const LABEL = /^(?:[A-Za-z0-9_*?]|\[[A-Za-z0-9-]+\])(?:[A-Za-z0-9_*?-]|\[[A-Za-z0-9-]+\])*$/;

/**
 * Reads who may mount a folder, as it stands before the parentheses in exports(5), "Machine Name Formats". Nothing that could be taken for
 * anything else there is let through: no white space, quotes, parentheses, commas, comments or leading dashes.
 */
export function parseNfsClient(text: string): Parsed<string> {
  if (text.startsWith('@')) return NETGROUP.test(text) ? { value: text } : { expected: FORM };
  const slash = text.indexOf('/');
  if (slash >= 0) return parseNetwork(text, text.slice(0, slash), text.slice(slash + 1));
  if (isIP(text) !== 0) return { value: text };
  const labels = text.replace(/\.$/, '').split('.');
  const isName = text.length <= 253 && labels.every((label) => LABEL.test(label)) && !/^[\d.]+$/.test(text);
  return isName ? { value: text } : { expected: FORM };
}

function parseNetwork(text: string, address: string, mask: string): Parsed<string> {
  const family = isIP(address);
  if (family === 0) return { expected: `${FORM}; before the slash stands no address` };
  if (family === 4 && isIP(mask) === 4) {
    return isContiguous(mask)
      ? { value: text }
      : { expected: 'a mask such as 255.255.255.0 behind the slash' };
  }
  const most = family === 4 ? 32 : 128;
  const isLength = /^(?:0|[1-9]\d{0,2})$/.test(mask) && Number(mask) <= most;
  return isLength ? { value: text } : { expected: `a number from 0 to ${most} behind the slash` };
}

/** Ones, then zeros. */
function isContiguous(mask: string): boolean {
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits);
}

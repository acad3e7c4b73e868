import { MirrorError } from '../errors.js';
import { splitLine, splitLines } from '../oci/list-line.js';
import { markOf } from '../oci/list-marks.js';
import { formatReference, parseReference } from '../oci/reference.js';

/** What adding to a list did. */
export interface AddedImages {
  /** The images that were not listed yet, as they were given. */
  readonly added: readonly string[];
  /** The list as it is now. */
  readonly text: string;
}

/**
 * Adds images behind the lines of a list, those that it names already left out. Everything else stays as it is, byte for byte.
 * @throws OciError when one of them is no image
 */
export function addToList(text: string, images: readonly string[]): AddedImages {
  const listed = new Set(splitLines(text).flatMap(({ content }) => namedIn(content)));
  const added = images.filter((image) => {
    const reference = formatReference(parseReference(image));
    if (listed.has(reference)) return false;
    listed.add(reference);
    return true;
  });
  return { added, text: withLines(text, added) };
}

/** A list with lines of the user's added: before the part that is made from the settings when that is the end, else at the end. */
export function withLines(text: string, added: readonly string[]): string {
  if (added.length === 0) return text;
  const lines = splitLines(text);
  const newline = lines.find(({ ending }) => ending !== '')?.ending ?? '\n';
  const last = lines.at(-1);
  const open = last !== undefined && last.ending === '' ? newline : '';
  const isMadeLast = last !== undefined && markOf(last.content)?.kind === 'end';
  const begin = isMadeLast ? lines.findLastIndex(({ content }) => markOf(content)?.kind === 'begin') : -1;
  const at = begin < 0 ? lines.length : begin;
  const join = (part: typeof lines) => part.map(({ content, ending }) => content + ending).join('');
  const inserted = added.map((line) => line + newline).join('');
  return join(lines.slice(0, at)) + (begin < 0 ? open : '') + inserted + join(lines.slice(at));
}

/** The image of a line in full, also when its options are wrong. One that chooses among tags names no single image. */
function namedIn(line: string): string[] {
  const { image, options } = splitLine(line);
  if (image === '' || options.some(({ name }) => name === 'tags')) return [];
  try {
    return [formatReference(parseReference(image))];
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    return [];
  }
}

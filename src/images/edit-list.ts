import { MirrorError } from '../errors.js';
import { formatOptions } from '../oci/format-options.js';
import { namesTag } from '../oci/image-list.js';
import { type ImageOptions, NO_OPTIONS } from '../oci/image-options.js';
import { splitLine, splitLines } from '../oci/list-line.js';
import { madeLines } from '../oci/list-marks.js';
import { readOptions } from '../oci/read-options.js';
import { formatReference, parseReference, type Reference } from '../oci/reference.js';
import { withLines } from './add-images.js';

/** A list cannot be changed in that way. */
export class ListEditError extends MirrorError {
  readonly code = 'LIST_EDIT';
}

/** What became of a line. */
export interface LineChange {
  /** The number of the line, counted from 1: of the new list, or of the old one when it is gone. */
  readonly line: number;
  /** Image and options as they were; undefined: the line is new. */
  readonly before: string | undefined;
  /** Image and options as they are; undefined: the line is gone. */
  readonly after: string | undefined;
}

/** A list as it is now, and what was done to it. */
export interface EditedList {
  readonly text: string;
  readonly changes: readonly LineChange[];
}

/** A line of the user's that names an image. */
interface OwnLine {
  readonly index: number;
  readonly content: string;
  readonly options: ImageOptions;
}

/**
 * Changes what a list says of an image, in the image's own line, or in a new one behind the others. What else stands in that line stays:
 * how the image is written, and the comment. What an image says of a choice of tags, and what it says of a single tag, are two lines.
 * @param image as it is written when the line is new
 * @param change gives the new options, of those that stand there
 * @throws OciError when it is no image; ListEditError when the options do not fit, or several lines name it
 */
export function changeImage(
  text: string,
  image: string,
  change: (options: ImageOptions) => ImageOptions,
): EditedList {
  const reference = parseReference(image);
  const asked = change(NO_OPTIONS);
  const found = choose(ownLines(text, reference), asked, image);
  const options = change(found?.options ?? NO_OPTIONS);
  if (found === undefined) return addLine(text, checked(image, options, reference));
  const { image: written, end } = splitLine(found.content);
  const before = lineOf(written, found.options);
  const after = checked(written, options, reference);
  if (before === after) return { text, changes: [{ line: found.index + 1, before, after }] };
  const lead = found.content.slice(0, found.content.indexOf(written));
  const content = `${lead}${after}${found.content.slice(end)}`;
  return {
    text: replaceLine(text, found.index, content),
    changes: [{ line: found.index + 1, before, after }],
  };
}

/**
 * Takes out every line of the user's that names an image. Comments in lines of their own stay.
 * @returns without changes when there is no such line
 * @throws OciError when it is no image
 */
export function removeImage(text: string, image: string): EditedList {
  const reference = parseReference(image);
  const lines = splitLines(text);
  const gone = linesNaming(text, reference);
  const rest = lines.filter((_, index) => !gone.includes(index));
  return {
    text: rest.map(({ content, ending }) => content + ending).join(''),
    changes: gone.map((index) => {
      const content = lines[index]?.content ?? '';
      return { line: index + 1, before: content.slice(0, splitLine(content).end).trim(), after: undefined };
    }),
  };
}

/** The one line that is meant; undefined: none is there. @throws ListEditError */
function choose(lines: readonly OwnLine[], asked: ImageOptions, image: string): OwnLine | undefined {
  const alike = lines.filter(({ options }) => (options.tags === undefined) === (asked.tags === undefined));
  const selection = (options: ImageOptions) => formatOptions({ ...NO_OPTIONS, tags: options.tags });
  const exact = alike.filter(({ options }) => selection(options) === selection(asked));
  const [first, second] = exact.length === 1 ? exact : alike;
  if (second === undefined) return first;
  const numbers = alike.map(({ index }) => index + 1).join(', ');
  throw new ListEditError(`${image} is named in several lines: ${numbers}`, {
    hint: 'take out all but one of them, or change the one that is meant by hand',
  });
}

function addLine(text: string, added: string): EditedList {
  const edited = withLines(text, [added]);
  const isMade = madeLines(splitLines(edited).map(({ content }) => content));
  const index = splitLines(edited).findLastIndex(
    ({ content }, at) => content === added && isMade[at] === false,
  );
  return { text: edited, changes: [{ line: index + 1, before: undefined, after: added }] };
}

/** The line of an image with options. @throws ListEditError when the two do not fit */
function checked(written: string, options: ImageOptions, { digest }: Reference): string {
  const line = lineOf(written, options);
  const shape = { namesTag: namesTag(written), hasDigest: digest !== undefined };
  const read = readOptions(splitLine(line).options, shape);
  if ('problem' in read) throw new ListEditError(`${written}: ${read.problem}`);
  return line;
}

function lineOf(written: string, options: ImageOptions): string {
  const words = formatOptions(options);
  return words === '' ? written : `${written} ${words}`;
}

/** @throws ListEditError when one of them cannot be read */
function ownLines(text: string, reference: Reference): OwnLine[] {
  const lines = splitLines(text);
  return linesNaming(text, reference).map((index) => {
    const content = lines[index]?.content ?? '';
    const { image, options: words } = splitLine(content);
    const read = readOptions(words, { namesTag: namesTag(image), hasDigest: reference.digest !== undefined });
    if ('options' in read) return { index, content, options: read.options };
    throw new ListEditError(`line ${index + 1}, which names ${image}, is wrong: ${read.problem}`, {
      hint: 'put it right by hand, or take it out with "docker-mirror images remove"',
    });
  });
}

function linesNaming(text: string, reference: Reference): number[] {
  const lines = splitLines(text).map(({ content }) => content);
  const isMade = madeLines(lines);
  const wanted = formatReference(reference);
  return lines.flatMap((content, index) => {
    const { image } = splitLine(content);
    return isMade[index] === false && image !== '' && fullName(image) === wanted ? [index] : [];
  });
}

function fullName(image: string): string | undefined {
  try {
    return formatReference(parseReference(image));
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    return undefined;
  }
}

function replaceLine(text: string, at: number, content: string): string {
  return splitLines(text)
    .map((line, index) => (index === at ? content : line.content) + line.ending)
    .join('');
}

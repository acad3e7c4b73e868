import { MirrorError } from '../errors.js';

const BEGIN = '# >>> docker-mirror: what stands from here to its end is rendered anew, do not edit';
const END = '# <<< docker-mirror';

/** The marks of our part of a file are damaged. */
export class MarkError extends MirrorError {
  readonly code = 'MARKS_DAMAGED';
}

/**
 * The text with our block at its end, or in the place of an earlier one. Every other byte stays as it is.
 * @param lines of the block, none of which may be one of the marks
 * @throws MarkError when only one of the two marks is there, or they are there twice
 */
export function withBlock(text: string, lines: readonly string[]): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const block = [BEGIN, ...lines, END, ''].join(lineEnd);
  const place = placeOf(text);
  if (place !== undefined) return `${text.slice(0, place.start)}${block}${text.slice(place.end)}`;
  if (text === '') return block;
  return `${text}${text.endsWith('\n') ? '' : lineEnd}${lineEnd}${block}`;
}

/** The text without our block. @throws MarkError */
export function outsideBlock(text: string): string {
  const place = placeOf(text);
  return place === undefined ? text : `${text.slice(0, place.start)}${text.slice(place.end)}`;
}

function placeOf(text: string): { readonly start: number; readonly end: number } | undefined {
  const begins = linesThatAre(text, BEGIN);
  const ends = linesThatAre(text, END);
  const [begin] = begins;
  const [end] = ends;
  if (begin === undefined && end === undefined) return undefined;
  if (
    begin === undefined ||
    end === undefined ||
    begins.length + ends.length > 2 ||
    end.start < begin.start
  ) {
    throw new MarkError('the marks around the part of docker-mirror are damaged', {
      hint: `take out the lines "${BEGIN}" and "${END}", and what stands between them`,
    });
  }
  return { start: begin.start, end: end.end };
}

function linesThatAre(text: string, mark: string): { start: number; end: number }[] {
  return [...text.matchAll(/[^\n]*(?:\n|$)/g)]
    .filter(([line]) => line.trimEnd() === mark)
    .map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

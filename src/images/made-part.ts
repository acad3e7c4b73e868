import { createHash } from 'node:crypto';
import { splitLines } from '../oci/list-line.js';
import { MADE_BEGIN, MADE_END, markOf } from '../oci/list-marks.js';

/** A list of images with its part that is made from the settings. */
export interface MadePart {
  readonly text: string;
  /** What is the matter with the marks that were there, and was put right; undefined: nothing. */
  readonly repaired: string | undefined;
}

interface Line {
  readonly content: string;
  readonly ending: string;
}

/** Lines from a first mark to its second one, both included. */
interface Block {
  readonly begin: number;
  readonly end: number;
  /** Whether the lines between are as they were made. */
  readonly isOurs: boolean;
}

/**
 * The text of a list with the images of the settings between two marks: in the place of an earlier part, else at the end, so that the
 * numbers of lines stay; no part at all when there are no images. Every other byte stays as it is. Of a part that somebody changed the
 * marks are taken out, and what is not made anew stays as lines of the user's; so do all lines around a mark that stands alone.
 * @param names images as they are written
 */
export function withMadePart(text: string, names: readonly string[]): MadePart {
  const lines = splitLines(text);
  const blocks = blocksIn(lines);
  const newline = lines.find(({ ending }) => ending !== '')?.ending ?? '\n';
  const part = names.length === 0 ? [] : [MADE_BEGIN, ...names, `${MADE_END} ${sumOf(names)}`];
  const made = part.map((content) => content + newline).join('');
  const named = new Set(names);
  const out: string[] = [];
  let isPlaced = false;
  const place = () => {
    if (!isPlaced) out.push(made);
    isPlaced = true;
  };
  lines.forEach(({ content, ending }, index) => {
    const block = blocks.find(({ begin, end }) => begin <= index && index <= end);
    if (block === undefined) {
      if (markOf(content) === undefined) out.push(content + ending);
      return;
    }
    const isBetween = index > block.begin && index < block.end;
    if (isBetween && !block.isOurs && !named.has(content.trim())) out.push(content + ending);
    if (index === block.end) place();
  });
  if (!isPlaced && made !== '') {
    const last = lines.at(-1);
    if (last !== undefined && last.ending === '') out.push(newline);
    place();
  }
  return { text: out.join(''), repaired: repairsOf(lines, blocks) };
}

function blocksIn(lines: readonly Line[]): Block[] {
  const blocks: Block[] = [];
  let begin: number | undefined;
  lines.forEach(({ content }, end) => {
    const mark = markOf(content);
    if (mark?.kind === 'begin') begin = end;
    if (mark?.kind !== 'end') return;
    if (begin !== undefined) {
      const between = lines.slice(begin + 1, end).map((line) => line.content);
      blocks.push({ begin, end, isOurs: mark.sum === sumOf(between) });
    }
    begin = undefined;
  });
  return blocks;
}

function repairsOf(lines: readonly Line[], blocks: readonly Block[]): string | undefined {
  const marks = lines.filter(({ content }) => markOf(content) !== undefined).length;
  const changed = blocks.find(({ isOurs }) => !isOurs);
  if (changed !== undefined) {
    return `lines ${changed.begin + 1} to ${changed.end + 1}, made from the settings, were changed: what is not of the settings stays as lines of your own`;
  }
  if (marks === 2 * blocks.length && blocks.length < 2) return undefined;
  return 'the marks around the part that is made from the settings were damaged: all other lines stay as your own';
}

/** Line ends do not count: editors convert them. */
function sumOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 12);
}

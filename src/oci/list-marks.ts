/**
 * The marks around the part of a list that is made from the settings. The second one ends with a checksum of the lines between them, by
 * which lines that somebody changed are told from ours.
 */
export const MADE_BEGIN =
  '# >>> docker-mirror: made from the settings, do not edit: your own lines for these images count first';
export const MADE_END = '# <<< docker-mirror';

/** Which mark a line is. */
export type ListMark =
  | { readonly kind: 'begin' }
  /** @property sum as it stands there, perhaps empty */
  | { readonly kind: 'end'; readonly sum: string };

/** The mark that a line is; undefined: none. What stands behind the first words may change from version to version. */
export function markOf(line: string): ListMark | undefined {
  const text = line.trim();
  if (text.startsWith('# >>> docker-mirror:')) return { kind: 'begin' };
  if (text === MADE_END) return { kind: 'end', sum: '' };
  if (!text.startsWith(`${MADE_END} `)) return undefined;
  return { kind: 'end', sum: text.slice(MADE_END.length + 1).trim() };
}

/** Whether each line stands between two marks; neither the marks nor what stands behind a first one without a second. */
export function madeLines(lines: readonly string[]): readonly boolean[] {
  const made = lines.map(() => false);
  let begin: number | undefined;
  lines.forEach((line, index) => {
    const mark = markOf(line);
    if (mark?.kind === 'begin') begin = index;
    if (mark?.kind !== 'end') return;
    if (begin !== undefined) made.fill(true, begin + 1, index);
    begin = undefined;
  });
  return made;
}

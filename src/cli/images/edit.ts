import { MirrorError } from '../../errors.js';
import type { EditedList, LineChange } from '../../images/edit-list.js';
import { editListFile } from '../../images/list-file.js';
import { withMadePart } from '../../images/made-part.js';
import { aliasesOf, formatCollision, parseImageList } from '../../oci/image-list.js';
import { printable } from '../../oci/printable.js';
import { parseReference } from '../../oci/reference.js';
import type { ArgumentSpec, Arguments, CliContext } from '../command.js';
import { CommandFailure, UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { PATH_OPTION } from '../location.js';
import { type OpenList, openList } from './open-list.js';

/** The options of every command that changes the list. */
export const EDIT_OPTIONS = {
  ...PATH_OPTION,
  'dry-run': { type: 'flag', describe: 'Only say what would be changed' },
} as const satisfies Readonly<Record<string, ArgumentSpec>>;

/** A change of a list. @throws MirrorError when it cannot be made: then nothing is changed at all */
export type ListEdit = (text: string, list: OpenList) => EditedList;

/**
 * Changes the list of the mirror that is meant, all of it or nothing, and says what was changed.
 * @throws MirrorError
 */
export async function editImages(args: Arguments, context: CliContext, edit: ListEdit): Promise<ExitCode> {
  const list = await openList(args, context);
  const work = (present: string) => {
    const before = withMadePart(present, list.names).text;
    const { text, changes } = edit(before, list);
    if (!args.flag('force')) refuseCollisions(before, text);
    return { text, result: changes };
  };
  const { result } = args.flag('dry-run') ? work(list.text) : await editListFile(list.layout.manifest, work);
  for (const change of result) context.stdout.write(`${printable(describe(change))}\n`);
  return EXIT.ok;
}

/** The images of a command line. @throws UsageError when one of them is none */
export function checkImages(images: readonly string[]): readonly string[] {
  for (const image of images) {
    try {
      parseReference(image);
    } catch (error) {
      if (!(error instanceof MirrorError)) throw error;
      throw new UsageError(error.message, error.hint === undefined ? {} : { hint: error.hint });
    }
  }
  return images;
}

/** Refuses what would take an image's short name away. */
function refuseCollisions(before: string, after: string): void {
  const collisions = (text: string) => aliasesOf(parseImageList(text).images).collisions;
  const known = new Set(collisions(before).map(({ alias }) => alias));
  const added = collisions(after).filter(({ alias }) => !known.has(alias));
  if (added.length === 0) return;
  throw new CommandFailure(added.map(formatCollision).join('\n'), {
    hint: 'nobody could pull the two by that name any more, only by their full names: add it with --force if that is meant',
  });
}

function describe({ line, before, after }: LineChange): string {
  if (before === undefined) return `added in line ${line}: ${after}`;
  if (after === undefined) return `removed from line ${line}: ${before}`;
  return before === after
    ? `unchanged in line ${line}: ${after}`
    : `changed in line ${line}: ${before} → ${after}`;
}

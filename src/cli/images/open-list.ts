import { actAsOwner } from '../../host/act-as-owner.js';
import { type SyncedList, syncListFile } from '../../images/list-file.js';
import { type Layout, layoutOf } from '../../render/layout.js';
import type { Arguments, CliContext } from '../command.js';
import { mirrorPath } from '../location.js';

/** The list of images of a mirror, up to date with the settings. */
export interface OpenList {
  readonly layout: Layout;
  /** The images of the settings. */
  readonly names: readonly string[];
  readonly text: string;
}

/**
 * Brings the list of the mirror that is meant up to date. As root, this process becomes the owner of the list's folder for good.
 * @throws MirrorError
 */
export async function openList(args: Arguments, context: CliContext): Promise<OpenList> {
  const { settings } = await context.settings.load(context.env, false);
  const layout = layoutOf(mirrorPath(args, context));
  const names = settings.mirror?.images?.names ?? [];
  await actAsOwner(layout.images);
  const list = await syncListFile(layout.manifest, names);
  tellSynced(list, layout, context);
  return { layout, names, text: list.text };
}

/** Says what a person would otherwise wonder about. */
export function tellSynced(
  { repaired, unwritten }: SyncedList,
  { manifest }: Layout,
  { stderr }: Pick<CliContext, 'stderr'>,
): void {
  if (repaired !== undefined) stderr.write(`warning: ${manifest}: ${repaired}\n`);
  if (unwritten !== undefined) {
    stderr.write(
      `warning: what the settings name is taken into account, and not written: ${unwritten.message}\n`,
    );
  }
}

import { actAsOwner } from '../../host/act-as-owner.js';
import { readTextIfThere } from '../../host/files.js';
import { syncListFile } from '../../images/list-file.js';
import { withMadePart } from '../../images/made-part.js';
import { type Layout, layoutOf } from '../../render/layout.js';
import type { LoadedSettings } from '../../settings/load-settings.js';
import type { Arguments, CliContext } from '../command.js';
import { mirrorPath } from '../location.js';
import { namesOf, tellSynced } from '../sync-list.js';

/** The list of images of a mirror, up to date with the settings. */
export interface OpenList {
  readonly layout: Layout;
  readonly settings: LoadedSettings;
  /** The images of the settings. */
  readonly names: readonly string[];
  readonly text: string;
}

/**
 * Brings the list of the mirror that is meant up to date; only in memory with `--dry-run`. As root, this process becomes the owner of the
 * list's folder for good.
 * @throws MirrorError
 */
export async function openList(args: Arguments, context: CliContext): Promise<OpenList> {
  const settings = await context.settings.load(context.env, false);
  const layout = layoutOf(mirrorPath(args, context));
  const names = namesOf(settings);
  if (args.flag('dry-run')) {
    const present = (await readTextIfThere(layout.manifest)) ?? '';
    return { layout, settings, names, text: withMadePart(present, names).text };
  }
  await actAsOwner(layout.images);
  const list = await syncListFile(layout.manifest, names);
  tellSynced(list, layout, context);
  return { layout, settings, names, text: list.text };
}

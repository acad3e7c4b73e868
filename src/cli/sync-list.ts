import { MirrorError } from '../errors.js';
import { isForeign } from '../host/act-as-owner.js';
import { CommandError, run } from '../host/exec.js';
import { readTextIfThere } from '../host/files.js';
import { type SyncedList, syncListFile } from '../images/list-file.js';
import { withMadePart } from '../images/made-part.js';
import type { Layout } from '../render/layout.js';
import type { LoadedSettings } from '../settings/load-settings.js';
import type { CliContext } from './command.js';
import { describeWarning } from './report.js';

/**
 * Brings the part of a mirror's list that is made from the settings up to date, and gives the list; where it cannot be written, the list as
 * it should be. As root in a folder of somebody else's, another process does it as its owner, so that nothing there can lead root astray.
 * @param names the images of the settings
 * @throws MirrorError
 */
export async function syncList(
  layout: Layout,
  names: readonly string[],
  context: Pick<CliContext, 'launch' | 'stderr'>,
): Promise<string> {
  if (await isForeign(layout.images)) return await syncAsOwner(layout, names, context);
  const list = await syncListFile(layout.manifest, names);
  tellSynced(list, layout, context);
  return list.text;
}

/** As `syncList`, for who goes on without: what goes wrong is only told. */
export async function trySyncList(
  layout: Layout,
  names: readonly string[],
  context: Pick<CliContext, 'launch' | 'stderr'>,
): Promise<void> {
  try {
    await syncList(layout, names, context);
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    context.stderr.write(describeWarning(error));
  }
}

async function syncAsOwner(
  layout: Layout,
  names: readonly string[],
  { launch, stderr }: Pick<CliContext, 'launch' | 'stderr'>,
): Promise<string> {
  try {
    const words = ['images', 'sync', '--path', layout.root];
    const said = (await run(launch.program, [...launch.args, ...words])).stderr;
    if (said !== '') stderr.write(`${said}\n`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    stderr.write(
      `warning: the images of the settings count, and are not written into the list: ${error.message}\n`,
    );
  }
  return withMadePart((await readTextIfThere(layout.manifest)) ?? '', names).text;
}

/** The images that settings name. */
export function namesOf({ settings }: LoadedSettings): readonly string[] {
  return settings.mirror?.images?.names ?? [];
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
      `warning: the images of the settings count, and are not written into the list: ${unwritten.message}\n`,
    );
  }
}

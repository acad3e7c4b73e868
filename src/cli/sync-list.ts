import { isForeign } from '../host/act-as-owner.js';
import { run } from '../host/exec.js';
import { readTextIfThere } from '../host/files.js';
import { type SyncedList, syncListFile } from '../images/list-file.js';
import type { Layout } from '../render/layout.js';
import type { LoadedSettings } from '../settings/load-settings.js';
import type { CliContext } from './command.js';

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
  if (await isForeign(layout.images)) {
    const { program, args } = context.launch;
    const { stderr } = await run(program, [...args, 'images', 'sync', '--path', layout.root]);
    if (stderr !== '') context.stderr.write(`${stderr}\n`);
    return (await readTextIfThere(layout.manifest)) ?? '';
  }
  const list = await syncListFile(layout.manifest, names);
  tellSynced(list, layout, context);
  return list.text;
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

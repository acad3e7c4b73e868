import type { PreparedUpdate } from '../images/update-images.js';
import { wantedImages } from '../images/wanted-images.js';
import type { Layout } from '../render/layout.js';
import type { CliContext } from './command.js';
import { fetchSettings } from './fetch-settings.js';
import { nightlyArchives } from './nightly-archives.js';
import { openStore } from './open-store.js';
import { findRunningMirror } from './running-mirror.js';
import { syncList } from './sync-list.js';

/**
 * Finds out what an update has to do, and the mirror that does it.
 * @param wait milliseconds that the mirror may take to answer
 * @throws MirrorError
 */
export async function prepareUpdate(
  layout: Layout,
  wait: number,
  context: CliContext,
): Promise<PreparedUpdate> {
  const { names, archives, ...settings } = await fetchSettings(context);
  const wanted = wantedImages(await syncList(layout, names, context), names);
  const { config, access, upstreams } = await findRunningMirror(layout, wait, context);
  const { store } = await openStore(config);
  const kept = { images: wanted.images, settings: archives, keptFor: settings.platforms };
  const archive = nightlyArchives(kept, layout.archives, config);
  return { ...settings, offline: config.mirror.offline, access, upstreams, store, wanted, archive };
}

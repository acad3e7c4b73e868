import { actAsOwner } from '../host/act-as-owner.js';
import type { ArchiveStep } from '../images/update-archives.js';
import type { WantedImage } from '../images/wanted-images.js';
import type { Platform } from '../oci/manifest.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { MirrorSettings } from '../settings/settings.js';
import { archiveDefaults } from './archive-settings.js';
import { openStore } from './open-store.js';

/** What decides which images are archived after an update. */
export interface NightlyArchives {
  readonly images: readonly WantedImage[];
  /** Those of archives; undefined: only images whose lines ask for it. */
  readonly settings: MirrorSettings['archive'] | undefined;
  /** The platforms that images are kept for whose line names none. */
  readonly keptFor: readonly Platform[];
}

/** What writes the archives after an update into a folder; undefined when there are none to be written. */
export function nightlyArchives(
  { images, settings, keptFor }: NightlyArchives,
  folder: string,
  config: EngineConfig,
): ArchiveStep | undefined {
  const archived = settings === undefined ? images.filter(({ options }) => options.archive) : images;
  if (archived.length === 0) return undefined;
  return async (tell, signal) => {
    const { archiveKept } = await import('../images/archive/archive-kept.js');
    await actAsOwner(folder);
    const { store, hosts } = await openStore(config);
    const defaults = archiveDefaults(settings);
    const options = { ...defaults, store, hosts, folder, platforms: [], keptFor, force: false, signal };
    try {
      return await archiveKept(archived, options, tell);
    } finally {
      await store.close();
    }
  };
}

import type { ArchiveOptions } from '../images/archive/archive-image.js';
import { formatPlatform, platformOfHost } from '../oci/platform.js';
import type { MirrorSettings } from '../settings/settings.js';

/** What of an archive the settings and the host decide. */
export type ArchiveDefaults = Pick<ArchiveOptions, 'compression' | 'keep' | 'hostPlatform'>;

/** @param settings those of archives; undefined where none are written by themselves */
export function archiveDefaults(settings: MirrorSettings['archive'] | undefined): ArchiveDefaults {
  return {
    compression: settings?.compression ?? 'gzip',
    keep: settings?.keep ?? 1,
    hostPlatform: formatPlatform(platformOfHost(process.arch)),
  };
}

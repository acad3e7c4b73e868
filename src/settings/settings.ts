import * as z from 'zod';
import { SettingsError } from './settings-error.js';
import { accessSchema, readAccess } from './topics/access.js';
import { archiveSchema, readArchive } from './topics/archive.js';
import { engineSchema, readEngine } from './topics/engine.js';
import { dockerSchema, nfsSchema, readDocker, readNfs } from './topics/host.js';
import { imagesSchema, readImages } from './topics/images.js';
import { leasesSchema, readLeaseSettings } from './topics/leases.js';
import { listenSchema, readListen } from './topics/listen.js';
import { logSchema, readLogSettings } from './topics/log.js';
import { pageSchema, readPage } from './topics/page.js';
import { placeSchema, readPlace } from './topics/place.js';
import { flag } from './topics/symbol.js';
import { readTlsSettings, tlsSchema } from './topics/tls.js';
import { readUpdate, updateSchema } from './topics/update.js';
import {
  cleanupSchema,
  healthSchema,
  purgeSchema,
  readCleanup,
  readHealthSettings,
  readPurge,
} from './topics/upkeep.js';
import { readUpstreamSettings, upstreamsSchema } from './topics/upstreams.js';

/** The symbols of each topic. */
export const TOPIC_SYMBOLS = {
  place: placeSchema.shape,
  listen: listenSchema.shape,
  tls: tlsSchema.shape,
  access: accessSchema.shape,
  upstreams: upstreamsSchema.shape,
  images: imagesSchema.shape,
  update: updateSchema.shape,
  archive: archiveSchema.shape,
  cleanup: cleanupSchema.shape,
  purge: purgeSchema.shape,
  health: healthSchema.shape,
  log: logSchema.shape,
  page: pageSchema.shape,
  docker: dockerSchema.shape,
  nfs: nfsSchema.shape,
  leases: leasesSchema.shape,
  engine: engineSchema.shape,
} as const;

const topicsSchema = z.object({
  place: placeSchema.transform(readPlace),
  listen: listenSchema.transform(readListen),
  tls: tlsSchema.transform(readTlsSettings),
  access: accessSchema.transform(readAccess),
  upstreams: upstreamsSchema.transform(readUpstreamSettings),
  images: imagesSchema.transform(readImages),
  update: updateSchema.transform(readUpdate),
  archive: archiveSchema.transform(readArchive),
  cleanup: cleanupSchema.transform(readCleanup),
  purge: purgeSchema.transform(readPurge),
  health: healthSchema.transform(readHealthSettings),
  log: logSchema.transform(readLogSettings),
  page: pageSchema.transform(readPage),
  docker: dockerSchema.transform(readDocker),
  nfs: nfsSchema.transform(readNfs),
  leases: leasesSchema.transform(readLeaseSettings),
  engine: engineSchema.transform(readEngine),
});

export const rootSchema = z.object({
  ENABLE_DOCKER_MIRROR: flag,
  USE_DOCKER_MIRROR: flag,
  INSTALL_DOCKER_MIRROR: flag,
});

/** The settings of a mirror, by topic. */
export type MirrorSettings = z.output<typeof topicsSchema>;

/** All settings. */
export interface Settings {
  /** Whether workflows use the mirror when it answers. */
  readonly use: boolean;
  /** The mirror to set up on this host; undefined: none. */
  readonly mirror: MirrorSettings | undefined;
}

/**
 * Makes typed settings of the symbols of a `.config`.
 * @param values the written symbols by name, without prefix
 * @param file the `.config` that messages name
 * @throws SettingsError with everything that is wrong, not only the first thing
 */
export function readSettings(values: ReadonlyMap<string, string>, file: string): Settings {
  const symbols = Object.fromEntries(values);
  const root = rootSchema.safeParse(symbols);
  const installs = values.get('INSTALL_DOCKER_MIRROR') === 'y';
  const names = Object.keys(TOPIC_SYMBOLS);
  const topics = installs
    ? topicsSchema.safeParse(Object.fromEntries(names.map((name) => [name, symbols])))
    : undefined;
  const issues = [...(root.error?.issues ?? []), ...(topics?.error?.issues ?? [])];
  if (issues.length > 0 || !root.success) {
    throw new SettingsError(
      issues.map(({ path, message }) => ({
        file,
        line: undefined,
        column: undefined,
        key: String(path.at(-1) ?? ''),
        message,
      })),
    );
  }
  return { use: root.data.USE_DOCKER_MIRROR, mirror: topics?.data };
}

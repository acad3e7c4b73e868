import { z } from 'zod';
import { flag, listOf, matching, whenAsked } from './symbol.js';

/** What may stand before the parentheses in exports(5). */
const client = matching(/^[@A-Za-z0-9*?[\].:_/-]+$/, 'networks, addresses or names of hosts');

/** Whether Docker of this host is told: kconfig/host.kconfig. */
export const dockerSchema = z.object({ DOCKER_MIRROR_CONFIGURE_DOCKER: flag });

export function readDocker(symbols: z.infer<typeof dockerSchema>) {
  return { configure: symbols.DOCKER_MIRROR_CONFIGURE_DOCKER };
}

/** Sharing the folder: kconfig/host.kconfig. */
export const nfsSchema = z.object({
  DOCKER_MIRROR_NFS: flag,
  DOCKER_MIRROR_NFS_CLIENTS: whenAsked(listOf(client)),
  DOCKER_MIRROR_NFS_READ_ONLY: flag,
});

export function readNfs(symbols: z.infer<typeof nfsSchema>) {
  if (!symbols.DOCKER_MIRROR_NFS) return undefined;
  return { clients: symbols.DOCKER_MIRROR_NFS_CLIENTS ?? [], readOnly: symbols.DOCKER_MIRROR_NFS_READ_ONLY };
}

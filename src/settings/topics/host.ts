import * as z from 'zod';
import { parseNfsClient } from '../nfs-client.js';
import type { Parsed } from '../parsed.js';
import { flag, listOf, whenAsked } from './symbol.js';

/** Whether Docker of this host is told: kconfig/host.kconfig. */
export const dockerSchema = z.object({ DOCKER_MIRROR_CONFIGURE_DOCKER: flag });

export function readDocker(symbols: z.infer<typeof dockerSchema>) {
  return { configure: symbols.DOCKER_MIRROR_CONFIGURE_DOCKER };
}

/** Sharing the folder: kconfig/host.kconfig. */
export const nfsSchema = z.object({
  DOCKER_MIRROR_NFS: flag,
  DOCKER_MIRROR_NFS_CLIENTS: whenAsked(clients),
  DOCKER_MIRROR_NFS_READ_ONLY: flag,
});

export function readNfs(symbols: z.infer<typeof nfsSchema>) {
  if (!symbols.DOCKER_MIRROR_NFS) return undefined;
  return { clients: symbols.DOCKER_MIRROR_NFS_CLIENTS ?? [], readOnly: symbols.DOCKER_MIRROR_NFS_READ_ONLY };
}

/** In exports(5) a folder without clients is one for the whole world. */
function clients(text: string): Parsed<readonly string[]> {
  const list = listOf(parseNfsClient)(text);
  return 'value' in list && list.value.length === 0 ? { expected: 'at least one client' } : list;
}

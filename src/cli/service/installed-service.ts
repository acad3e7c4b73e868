import { join } from 'node:path';
import { errorCode } from '../../errors.js';
import { FileError, readTextIfThere } from '../../host/files.js';
import type { UnitScope } from '../../render/host/wanted.js';
import type { Layout } from '../../render/layout.js';
import { type ServicePlaces, servicePlaces } from '../../render/service-places.js';
import { folderOfUnit, SERVICE_UNIT, SOCKET_UNIT } from '../../render/unit-names.js';
import type { CliContext } from '../command.js';
import { SYSTEMD_VARIABLE } from './service-scope.js';

/** A mirror that is a service of systemd. */
export interface InstalledService {
  readonly scope: UnitScope;
  readonly places: ServicePlaces;
  /** The mirror's folder. */
  readonly folder: string;
  /** The text of its socket's unit; undefined when that is missing. */
  readonly socket: string | undefined;
}

/** The service that is installed for the host or for this user, whichever mirror it is; undefined when there is none. */
export async function findService(
  scope: UnitScope,
  context: Pick<CliContext, 'home' | 'env'>,
): Promise<InstalledService | undefined> {
  const places = servicePlaces(scope, context);
  const [service, socket] = await Promise.all(
    [SERVICE_UNIT, SOCKET_UNIT].map((unit) => readIfPossible(join(places.units, unit))),
  );
  const folder = folderOfUnit(service ?? '');
  return folder === undefined ? undefined : { scope, places, folder, socket };
}

/** In a home that this user may not look into there is no service of theirs. */
async function readIfPossible(path: string): Promise<string | undefined> {
  try {
    return await readTextIfThere(path);
  } catch (error) {
    if (error instanceof FileError && errorCode(error.cause) === 'EACCES') return undefined;
    throw error;
  }
}

/** The service that a mirror is, of the host or of this user; undefined when it is none. */
export async function installedService(
  { root }: Layout,
  context: Pick<CliContext, 'home' | 'env'>,
): Promise<InstalledService | undefined> {
  if (context.env[SYSTEMD_VARIABLE] === 'n') return undefined;
  const found = await Promise.all((['system', 'user'] as const).map((scope) => findService(scope, context)));
  return found.find((service) => service?.folder === root);
}

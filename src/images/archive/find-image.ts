import type { Digest } from '../../oci/digest.js';
import { hostComponent } from '../../oci/host-component.js';
import { isRepository } from '../../oci/name.js';
import { DOCKER_HUB, formatReference, parseReference, type Reference } from '../../oci/reference.js';
import { isThisMachine, knownHost, storedName, type UpstreamHosts } from '../../oci/stored-name.js';
import type { Store } from '../../store/port.js';
import { ImageError } from '../archive-error.js';

/** An image in the store. */
export interface FoundImage {
  readonly reference: Reference;
  /** The whole name that it has in archives. */
  readonly name: string;
  readonly repository: string;
  readonly digest: Digest;
  /** Whether it came from no upstream. */
  readonly isPushed: boolean;
}

/**
 * Finds an image by its name: what was pushed under it first, then what the upstream's repository has.
 * @throws ImageError when it is not here, OciError when it is no name
 */
export async function findImage(store: Store, hosts: UpstreamHosts, image: string): Promise<FoundImage> {
  const reference = parseReference(image);
  for (const repository of repositoriesOf(hosts, reference, image)) {
    const digest = await digestIn(store, repository, reference);
    if (digest === undefined) continue;
    const isPushed = !(await cameFromUpstream(store, repository, reference, digest));
    return { reference, name: formatReference(reference), repository, digest, isPushed };
  }
  throw new ImageError('it is not here', {
    hint: 'fetch it with "docker-mirror update" or a pull through the mirror, and try again',
  });
}

/** The names that it may have in the store, as the mirror looks for them. */
export function repositoriesOf(hosts: UpstreamHosts, reference: Reference, image: string): string[] {
  const { host, repository } = reference;
  const upstream = knownHost(hosts, host);
  const short = image.split(/[:@]/, 1)[0] ?? '';
  const elsewhere = isThisMachine(host) ? repository : `${hostComponent(host)}/${repository}`;
  const pushed = host === DOCKER_HUB ? [short, repository] : [elsewhere];
  const all = [...pushed, ...(upstream === undefined ? [] : [storedName(hosts, upstream, repository)])];
  return [...new Set(all.filter(isRepository))];
}

async function digestIn(
  store: Store,
  repository: string,
  { tag, digest }: Reference,
): Promise<Digest | undefined> {
  const { repositories } = store;
  if (digest !== undefined) return (await repositories.hasRevision(repository, digest)) ? digest : undefined;
  return tag === undefined ? undefined : await repositories.readTag(repository, tag);
}

async function cameFromUpstream(
  { origins }: Store,
  repository: string,
  { tag, digest: named }: Reference,
  digest: Digest,
): Promise<boolean> {
  if (named === undefined && tag !== undefined) return (await origins.readTag(repository, tag)) !== undefined;
  return (await origins.readRevision(repository, digest)) !== undefined;
}

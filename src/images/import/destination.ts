import { MirrorError } from '../../errors.js';
import { hostComponent } from '../../oci/host-component.js';
import { isRepository } from '../../oci/name.js';
import { DOCKER_HUB, formatReference, parseReference, type Reference } from '../../oci/reference.js';
import { isThisMachine, knownHost, storedName, type UpstreamHosts } from '../../oci/stored-name.js';
import { ArchiveError, ImageError } from '../archive-error.js';
import { shown } from '../tar/read-tar.js';
import type { ImportImage } from './image.js';

/** Where an image is put. */
export interface Destination {
  /** The whole name, for people. */
  readonly name: string;
  readonly repository: string;
  /** Undefined: by digest only. */
  readonly tag: string | undefined;
  /** The upstream whose image it is a copy of; undefined: it is as if it were pushed. */
  readonly upstream: string | undefined;
}

/** What was asked for besides the file. */
export interface Naming {
  readonly hosts: UpstreamHosts;
  /** The name to give the one image; undefined: those of the archive. */
  readonly name: string | undefined;
  /** Whether the images are people's own, and copies of no upstream's. */
  readonly isOwn: boolean;
}

/**
 * Where the images of an archive are put: an image of a configured upstream where a pull of it would put it, anything else where a push
 * would.
 * @throws ArchiveError, ImageError when a name is missing, wrong, or that of two images
 */
export function destinationsOf(
  images: readonly ImportImage[],
  naming: Naming,
): ReadonlyMap<ImportImage, readonly Destination[]> {
  if (images.length === 0) throw new ArchiveError('there is no image in it');
  if (naming.name !== undefined && images.length > 1) {
    throw new ImageError(`--name is for one image, and there are ${images.length} in it`);
  }
  const taken = new Map<string, ImportImage>();
  return new Map(
    images.map((image) => {
      const names = naming.name === undefined ? image.names : [naming.name];
      if (names.length === 0) {
        throw new ImageError(`the archive does not say what ${image.root} is called`, {
          hint: 'say it with --name, such as --name redis:7',
        });
      }
      const places = names.map((name) => destinationOf(name, image, naming));
      for (const { repository, tag, name } of places) {
        const key = `${repository}:${tag ?? image.root}`;
        const other = taken.get(key);
        if (other !== undefined && other !== image)
          throw new ArchiveError(`${shown(name)} names two images in it`);
        taken.set(key, image);
      }
      return [image, places];
    }),
  );
}

function destinationOf(name: string, image: ImportImage, { hosts, name: asked, isOwn }: Naming): Destination {
  const reference = readName(name, image);
  const { tag } = reference;
  const whole = formatReference(reference);
  const upstream = knownHost(hosts, reference.host);
  const pushedTo = asked === undefined ? image.pushedTo : undefined;
  if (pushedTo === undefined && !isOwn && upstream !== undefined) {
    const repository = checked(storedName(hosts, upstream, reference.repository), name);
    return { name: whole, repository, tag, upstream };
  }
  const repository = checked(pushedTo ?? ownRepository(reference), name);
  return { name: repository + (tag === undefined ? '' : `:${tag}`), repository, tag, upstream: undefined };
}

function readName(name: string, image: ImportImage): Reference {
  let reference: Reference;
  try {
    reference = parseReference(name);
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    throw new ImageError(`${shown(name)} is no name of an image`, {
      hint: 'give it another one with --name, such as --name redis:7',
      cause: error,
    });
  }
  if (reference.digest === undefined || reference.digest === image.root) return reference;
  throw new ArchiveError(`it calls ${image.root} ${shown(name)}`);
}

/** The repository that a push of it would go to: without Docker Hub, without the host of a mirror on this machine. */
function ownRepository({ host, repository }: Reference): string {
  if (host === DOCKER_HUB) return repository.replace(/^library\//, '');
  return isThisMachine(host) ? repository : `${hostComponent(host)}/${repository}`;
}

function checked(repository: string, name: string): string {
  if (isRepository(repository)) return repository;
  throw new ImageError(`${shown(name)} is no name that can be kept here`, {
    hint: 'it may be too long with the host in front: give it another one with --name',
  });
}

import { hostComponent } from './host-component.js';
import { type Aliases, rewrittenName } from './image-list.js';
import { isRepository, looksLikeHost } from './name.js';
import { DOCKER_HUB, isHubHost, parseReference, type Reference } from './reference.js';

/** `short`: without the first component, as kdevops' workflows have it. `full`: behind the mirror's address, with its registry. */
export type RewriteStyle = 'short' | 'full';

/** What of a mirror decides what a name means to it. */
export interface MirrorNames {
  /** `HOST:PORT`, as it stands in front of the names of its images. */
  readonly address: string;
  /** Other addresses of the same mirror: a name that begins with one of them is one of its own already. */
  readonly ownAddresses: readonly string[];
  /** The hosts of its upstreams. */
  readonly hosts: readonly string[];
  /** The one whose repositories need no host in front. */
  readonly defaultHost: string | undefined;
  readonly aliases: Aliases;
}

/** The name by which an image is to be pulled. */
export interface RewrittenImage {
  readonly image: string;
  /** What to pull: equal to `image` when it does not come from the mirror. */
  readonly name: string;
  readonly style: RewriteStyle | 'original';
  /** Why it is the original; undefined when it is none, or is one of the mirror already. */
  readonly why?: string;
}

/**
 * The name by which a mirror gives out an image. A short name that would mean another image there gives way to the full one, and an image of
 * a registry that the mirror does not fetch from keeps its name.
 * @throws OciError when it is no image
 */
export function rewriteImage(image: string, style: RewriteStyle, mirror: MirrorNames): RewrittenImage {
  const first = image.slice(0, Math.max(0, image.indexOf('/')));
  if (first !== '' && [mirror.address, ...mirror.ownAddresses].includes(first))
    return { image, name: image, style: 'original' };
  const reference = parseReference(image);
  const { host } = reference;
  const known = mirror.hosts.find((each) => sameHost(each, host));
  if (known === undefined) {
    return { image, name: image, style: 'original', why: `the mirror does not fetch from ${host}` };
  }
  const suffix = image.slice(image.length - suffixLength(image));
  const short = rewrittenName(image);
  if (style === 'short' && isRepository(short) && isMeant(short, reference, mirror))
    return { image, name: `${mirror.address}/${short}${suffix}`, style: 'short' };
  const full = `${hostComponent(known)}/${reference.repository}`;
  if (!isRepository(full)) return { image, name: image, style: 'original', why: 'its full name is too long' };
  return { image, name: `${mirror.address}/${full}${suffix}`, style: 'full' };
}

/** Whether a mirror takes a name for that image: docs/names.md, in the same order, but for what was pushed under that name. */
function isMeant(name: string, wanted: Reference, mirror: MirrorNames): boolean {
  const { aliases, hosts, defaultHost } = mirror;
  const first = name.slice(0, Math.max(0, name.indexOf('/')));
  const isHostOfUpstream = hosts.some((each) => sameHost(each, first) || hostComponent(each) === first);
  if (first !== '' && isHostOfUpstream) return false;
  if (aliases.collisions.some(({ alias }) => alias === name)) return false;
  const alias = aliases.aliases.get(name);
  if (alias !== undefined) return sameHost(alias.host, wanted.host) && alias.repository === wanted.repository;
  if (defaultHost === undefined || (first !== '' && looksLikeHost(first))) return false;
  const repository = sameHost(defaultHost, DOCKER_HUB) && first === '' ? `library/${name}` : name;
  return sameHost(defaultHost, wanted.host) && repository === wanted.repository;
}

function sameHost(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

function bare(host: string): string {
  const lower = host.toLowerCase();
  return isHubHost(lower) ? DOCKER_HUB : lower;
}

/** Characters of `:TAG@DIGEST`. */
function suffixLength(image: string): number {
  const at = image.indexOf('@');
  const named = at < 0 ? image : image.slice(0, at);
  const colon = named.lastIndexOf(':');
  return image.length - (colon > named.lastIndexOf('/') ? colon : named.length);
}

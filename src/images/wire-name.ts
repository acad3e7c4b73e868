import { DOCKER_HUB, type Reference } from '../oci/reference.js';
import { knownHost, storedName } from '../oci/stored-name.js';

/** What a mirror needs to be known of to name images to it. */
export interface KnownUpstreams {
  /** The hosts that the mirror fetches from. */
  readonly hosts: ReadonlySet<string>;
  /** The one that names without a host go to; undefined: none. */
  readonly default: string | undefined;
}

/** A repository as a mirror is asked for it. */
export interface WireName {
  readonly repository: string;
  /** The `ns` parameter, which leaves no doubt which upstream is meant. */
  readonly ns: string | undefined;
}

/**
 * How an image is asked for: by its host and its name there, so that no alias stands in between. Where another registry stands in
 * for Docker Hub, names of Docker Hub have no host, as clients send them.
 */
export function wireName({ host, repository }: Reference, upstreams: KnownUpstreams): WireName {
  const isElsewhere = host === DOCKER_HUB && !upstreams.hosts.has(host) && upstreams.default !== undefined;
  return { repository, ns: isElsewhere ? undefined : host };
}

/** The path of a manifest, a blob or what refers to a manifest, with its query (OCI distribution specification 1.1, end-2, end-3 and end-12). */
export function wirePath(
  name: WireName,
  kind: 'manifests' | 'blobs' | 'referrers',
  reference: string,
): string {
  const query = name.ns === undefined ? '' : `?ns=${encodeURIComponent(name.ns)}`;
  return `/v2/${name.repository}/${kind}/${reference}${query}`;
}

/** The name that the repository of an image has in the store of a mirror. */
export function nameInStore({ host, repository }: Reference, upstreams: KnownUpstreams): string {
  const hosts = {
    upstreams: new Map([...upstreams.hosts].map((each) => [each, undefined])),
    defaultHost: upstreams.default,
  };
  // Where another registry stands in for Docker Hub, its images are kept as that one's.
  const standIn = host === DOCKER_HUB ? upstreams.default : undefined;
  return storedName(hosts, knownHost(hosts, host) ?? standIn ?? host, repository);
}

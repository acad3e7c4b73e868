import { DOCKER_HUB } from '../../oci/reference.js';

/** A mirror as its clients see it. */
export interface MirrorAccess {
  /** Its address without a path: `http://10.0.0.1:5000`. */
  readonly url: URL;
  /** Hosts of the registries it fetches from, as they stand in references. */
  readonly upstreams: readonly string[];
  /** On the client: a PEM file with the authority that signed the mirror's certificate. Undefined: one the client trusts anyway. */
  readonly ca: string | undefined;
}

/** A registry's own address: where a client asks when the mirror does not answer. `docker.io` itself is a web page. */
export function originOf(upstream: string): string {
  return upstream === DOCKER_HUB ? 'https://registry-1.docker.io' : `https://${upstream}`;
}

/** The mirror's address in URLs, without a slash at the end. */
export function addressOf({ url }: Pick<MirrorAccess, 'url'>): string {
  return url.origin;
}

/** Whether the mirror is spoken to without encryption. */
export function isPlain({ url }: Pick<MirrorAccess, 'url'>): boolean {
  return url.protocol === 'http:';
}

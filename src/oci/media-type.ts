/** Media types of manifests and of what they name (OCI image specification 1.1; Docker image manifest v2, schema 1 and 2). */
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_EMPTY = 'application/vnd.oci.empty.v1+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_SCHEMA1 = 'application/vnd.docker.distribution.manifest.v1+json';
export const DOCKER_SCHEMA1_SIGNED = 'application/vnd.docker.distribution.manifest.v1+prettyjws';

/** Manifests this registry stores and serves. */
export const MANIFEST_TYPES = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST] as const;

/**
 * What is sent as `Accept` to an upstream: always the same, so that what is stored does not depend on who asked first.
 * Schema 1 is named last, because a registry that has nothing else then says so, and the refusal can be clear.
 */
export const MANIFEST_ACCEPT = [...MANIFEST_TYPES, `${DOCKER_SCHEMA1_SIGNED};q=0.1`].join(', ');

/** A `Content-Type` without its parameters, in lower case. */
export function bareMediaType(header: string): string {
  return (header.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** Whether a media type is that of a Docker schema 1 manifest, which nobody should serve any more. */
export function isSchema1(mediaType: string): boolean {
  return mediaType === DOCKER_SCHEMA1 || mediaType === DOCKER_SCHEMA1_SIGNED;
}

import { type Digest, isDigest } from './digest.js';
import { OciError } from './error-code.js';
import { isHost, isRepository, isTag, looksLikeHost } from './name.js';

/** The host under which Docker Hub is known in references. */
export const DOCKER_HUB = 'docker.io';

/** An image reference, completed the way Docker completes it. Immutable. */
export interface Reference {
  /** The registry, `docker.io` when none was written. */
  readonly host: string;
  /** The repository on that registry, `library/…` for one-component names of Docker Hub. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

/**
 * Reads `[HOST/]REPOSITORY[:TAG][@DIGEST]`; with neither tag nor digest the tag is `latest`.
 * @throws OciError `NAME_INVALID`, `TAG_INVALID` or `DIGEST_INVALID`, with what to change
 */
export function parseReference(text: string): Reference {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : readDigest(text.slice(at + 1), text);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const tag = tagged ? named.slice(colon + 1) : digest === undefined ? 'latest' : undefined;
  if (tag !== undefined && !isTag(tag)) {
    throw new OciError('TAG_INVALID', `"${tag}" in "${text}" is not a tag`);
  }
  const { host, repository } = splitHost(tagged ? named.slice(0, colon) : named);
  if (!isHost(host) || !isRepository(repository)) {
    throw new OciError('NAME_INVALID', `"${text}" is not an image reference`, {
      hint:
        repository === repository.toLowerCase()
          ? 'expected [HOST/]REPOSITORY[:TAG][@DIGEST]'
          : 'repository names are lower case',
    });
  }
  return { host, repository, tag, digest };
}

function readDigest(text: string, whole: string): Digest {
  if (isDigest(text)) return text;
  throw new OciError('DIGEST_INVALID', `"${text}" in "${whole}" is not a digest`);
}

function splitHost(name: string): { host: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  if (slash < 0 || !looksLikeHost(first)) {
    return { host: DOCKER_HUB, repository: slash < 0 ? `library/${name}` : name };
  }
  const rest = name.slice(slash + 1);
  if (!isHubHost(first.toLowerCase())) return { host: first, repository: rest };
  return { host: DOCKER_HUB, repository: rest.includes('/') ? rest : `library/${rest}` };
}

/** Whether a host name is one of Docker Hub's. */
export function isHubHost(host: string): boolean {
  return host === DOCKER_HUB || host === 'index.docker.io' || host === 'registry-1.docker.io';
}

/** The reference in full, host and tag or digest written out. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${reference.host}/${reference.repository}${tag}${digest}`;
}

import { algorithmOf, type Digest, hexOf } from '../oci/digest.js';
import { StoreError } from './errors.js';

/**
 * Where things are, relative to the root directory: the file-system layout, version 2, of CNCF Distribution
 * (its `registry/storage/paths.go`), and our own records in folders called `_mirror`, which Distribution's walkers skip.
 * Pure arithmetic. Every name is checked here, so that no path can leave the root whatever a caller lets through.
 */
const BASE = 'docker/registry/v2';

/** All repositories. */
export const REPOSITORIES = `${BASE}/repositories`;

/** Our own files that belong to no repository. */
export const MIRROR = `${BASE}/_mirror`;

/** Files and folders on their way in or out; never read, and swept when they are old. */
export const TEMPORARY = `${MIRROR}/tmp`;

/** Longest file name on the usual file systems, in bytes. */
const COMPONENT_LIMIT = 255;
/** Keeps whole paths below PATH_MAX (4096 bytes) with a long root before and a long tag behind. */
const REPOSITORY_LIMIT = 1024;

/** Whether the text can be a folder of a repository: not hidden behind `_`, and no way up or out. */
export function isFolderName(text: string): boolean {
  return isFileName(text) && !text.startsWith('_');
}

function isFileName(text: string): boolean {
  if (text === '' || text === '.' || text === '..') return false;
  return !/[/\\\0]/.test(text) && Buffer.byteLength(text) <= COMPONENT_LIMIT;
}

/** The folder of a repository. */
export function repositoryFolder(repository: string): string {
  if (repository.length > REPOSITORY_LIMIT || !repository.split('/').every(isFolderName)) {
    throw refused('repository', repository);
  }
  return `${REPOSITORIES}/${repository}`;
}

/** All blobs of one algorithm. */
export function blobsFolder(algorithm: string): string {
  return `${BASE}/blobs/${checked('algorithm', algorithm)}`;
}

/** A blob's content. */
export function blobData(digest: Digest): string {
  const { algorithm, hex } = parts(digest);
  return `${blobsFolder(algorithm)}/${hex.slice(0, 2)}/${hex}/data`;
}

/** The folder whose presence makes Distribution list the repository. */
export function layersFolder(repository: string): string {
  return `${repositoryFolder(repository)}/_layers`;
}

export function layerLink(repository: string, digest: Digest): string {
  return `${layersFolder(repository)}/${digestPath(digest)}/link`;
}

export function manifestsFolder(repository: string): string {
  return `${repositoryFolder(repository)}/_manifests`;
}

export function revisionsFolder(repository: string): string {
  return `${manifestsFolder(repository)}/revisions`;
}

export function revisionLink(repository: string, digest: Digest): string {
  return `${revisionsFolder(repository)}/${digestPath(digest)}/link`;
}

export function tagsFolder(repository: string): string {
  return `${manifestsFolder(repository)}/tags`;
}

export function tagFolder(repository: string, tag: string): string {
  return `${tagsFolder(repository)}/${checked('tag', tag)}`;
}

/** What a tag points at now. */
export function tagCurrent(repository: string, tag: string): string {
  return `${tagFolder(repository, tag)}/current/link`;
}

/** What a tag points and pointed at. */
export function tagIndexFolder(repository: string, tag: string): string {
  return `${tagFolder(repository, tag)}/index`;
}

/** That a tag points, or once pointed, at a digest. */
export function tagIndex(repository: string, tag: string, digest: Digest): string {
  return `${tagIndexFolder(repository, tag)}/${digestPath(digest)}/link`;
}

export function uploadsFolder(repository: string): string {
  return `${repositoryFolder(repository)}/_uploads`;
}

export function uploadFolder(repository: string, id: string): string {
  if (!isUploadId(id)) throw refused('upload', id);
  return `${uploadsFolder(repository)}/${id}`;
}

/** Whether the text is an upload's name: a UUID in lower case, as Distribution makes them. */
export function isUploadId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** Where the tag came from. */
export function tagOrigin(repository: string, tag: string): string {
  return `${mirrorFolder(repository)}/origins/tags/${checked('tag', tag)}.json`;
}

/** Where the manifest revision came from. */
export function revisionOrigin(repository: string, digest: Digest): string {
  return `${mirrorFolder(repository)}/origins/revisions/${digestPath(digest)}.json`;
}

/** The repository's whole index of referrers. */
export function referrersFolder(repository: string): string {
  return `${mirrorFolder(repository)}/referrers`;
}

/** What refers to one subject. */
export function referrersOf(repository: string, subject: Digest): string {
  return `${referrersFolder(repository)}/${digestPath(subject)}.json`;
}

/** Says that the index of referrers is complete. */
export function referrersMarker(repository: string): string {
  return `${referrersFolder(repository)}/complete.json`;
}

/** Partial copies of one algorithm. */
export function incomingFolder(algorithm: string): string {
  return `${MIRROR}/incoming/${checked('algorithm', algorithm)}`;
}

/** The partial copy of a blob that is arriving. */
export function incomingData(digest: Digest): string {
  const { algorithm, hex } = parts(digest);
  return `${incomingFolder(algorithm)}/${hex}`;
}

/** A damaged blob, kept aside. */
export function damagedData(digest: Digest): string {
  return `${MIRROR}/damaged/${digestPath(digest)}`;
}

/** A file or folder nobody reads. */
export function temporary(name: string): string {
  return `${TEMPORARY}/${checked('temporary file', name)}`;
}

/** The folder something is in; empty for the root directory itself. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function mirrorFolder(repository: string): string {
  return `${repositoryFolder(repository)}/_mirror`;
}

function digestPath(digest: Digest): string {
  const { algorithm, hex } = parts(digest);
  return `${algorithm}/${hex}`;
}

/** Checked again although it has the type of a digest: a cast somewhere else must not become a path here. */
function parts(digest: Digest): { algorithm: string; hex: string } {
  const algorithm = algorithmOf(digest);
  const hex = hexOf(digest);
  if (`${algorithm}:${hex}` !== digest || !/^[a-f0-9]{64,128}$/.test(hex)) throw refused('digest', digest);
  return { algorithm, hex };
}

function checked(what: string, text: string): string {
  if (!isFileName(text)) throw refused(what, text);
  return text;
}

function refused(what: string, text: string): StoreError {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  return new StoreError('STORE_FAILED', `the ${what} ${shown} cannot be part of a path in the store`);
}

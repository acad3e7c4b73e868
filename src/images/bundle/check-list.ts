import type { Digest } from '../../oci/digest.js';
import { ArchiveError } from '../archive-error.js';
import {
  type BundleList,
  type BundleRepository,
  DEPTH_LIMIT,
  keyOf,
  LIST_LIMIT,
  MANIFEST_LIMIT,
} from './list.js';

/**
 * Checks that a list fits together, whoever wrote it.
 * @throws ArchiveError
 */
export function checkList(list: BundleList): void {
  const { manifests, blobs, members, repositories } = list;
  const known = (digest: Digest) => manifests.has(digest) || blobs.has(digest);
  const keys = new Set(repositories.map(keyOf));
  if (keys.size < repositories.length) throw wrong('a repository is in it twice');
  if (list.index.size > LIST_LIMIT)
    throw wrong(`its index has ${list.index.size} bytes, and ${LIST_LIMIT} are the most`);
  for (const repository of repositories) checkRepository(repository, list);
  for (const [digest, { size, children, blobs: needed }] of manifests) {
    if (size > MANIFEST_LIMIT)
      throw wrong(`the manifest ${digest} has ${size} bytes, and ${MANIFEST_LIMIT} are the most`);
    if ((blobs.get(digest) ?? size) !== size) throw wrong(`${digest} has two sizes`);
    for (const child of children) if (!manifests.has(child)) throw wrong(`it does not say what ${child} is`);
    for (const blob of needed) if (!known(blob)) throw wrong(`it does not say what ${blob} is`);
  }
  for (const member of members) if (!known(member)) throw wrong(`it does not say what ${member} is`);
  checkDepth(list);
}

function checkRepository(
  { tags, manifests: own, borrowed }: BundleRepository,
  { manifests }: BundleList,
): void {
  const held = new Set(own);
  for (const digest of own) if (!manifests.has(digest)) throw wrong(`it does not say what ${digest} is`);
  for (const digest of borrowed.keys())
    if (!held.has(digest)) throw wrong(`${digest} is not in its repository`);
  for (const digest of tags.values())
    if (!held.has(digest)) throw wrong(`a tag stands for ${digest}, which is not in its repository`);
}

/** Indexes that name each other in a circle cannot be made, but can be listed. */
function checkDepth({ manifests }: BundleList): void {
  const depths = new Map<Digest, number>();
  function depthOf(digest: Digest, above: number): number {
    if (above > DEPTH_LIMIT) throw wrong(`its indexes are nested more than ${DEPTH_LIMIT} deep`);
    const before = depths.get(digest);
    if (before !== undefined) return before;
    const children = manifests.get(digest)?.children ?? [];
    const depth = children.reduce((most, child) => Math.max(most, depthOf(child, above + 1) + 1), 0);
    depths.set(digest, depth);
    return depth;
  }
  for (const digest of manifests.keys()) {
    if (depthOf(digest, 0) > DEPTH_LIMIT) throw wrong(`its indexes are nested more than ${DEPTH_LIMIT} deep`);
  }
}

function wrong(what: string): ArchiveError {
  return new ArchiveError(`its list is wrong: ${what}`);
}

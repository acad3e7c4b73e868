import { MirrorError } from '../../errors.js';
import { OCI_INDEX } from '../../oci/media-type.js';
import { formatReference, parseReference } from '../../oci/reference.js';
import { ANNOTATIONS } from '../archive/plan.js';
import { type BundleList, imageName } from './list.js';
import { unitsOf } from './units.js';

/** The file that says that something is an image layout (OCI image specification 1.1, "oci-layout file"). */
export const LAYOUT_FILE = Buffer.from(`${JSON.stringify({ imageLayoutVersion: '1.0.0' })}\n`);

/**
 * The index of a bundle as an image layout (OCI image specification 1.1, "index.json file"): its tags whose content is all in it, under
 * their whole names.
 */
export function indexDocument(list: Omit<BundleList, 'index'>): Buffer {
  const carried = new Set(list.members);
  const manifests = list.repositories.flatMap((repository) =>
    unitsOf(repository, list.manifests).flatMap((unit) => {
      const known = list.manifests.get(unit.root);
      const isHere = [...unit.manifests, ...unit.blobs].every((digest) => carried.has(digest));
      if (unit.tag === undefined || known === undefined || !isHere) return [];
      const name = wholeName(imageName(repository, unit.tag, unit.root));
      const annotations = {
        ...(repository.upstream === undefined ? { [ANNOTATIONS.pushedTo]: repository.name } : {}),
        [ANNOTATIONS.name]: name,
        [ANNOTATIONS.reference]: name,
      };
      return [{ mediaType: known.mediaType, digest: unit.root, size: known.size, annotations }];
    }),
  );
  return Buffer.from(`${JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })}\n`);
}

/** With the host that Docker puts in front of what was pushed without one. */
function wholeName(name: string): string {
  try {
    return formatReference(parseReference(name));
  } catch (error) {
    // Such as a repository that begins with a component that only looks like a host.
    if (error instanceof MirrorError) return name;
    throw error;
  }
}

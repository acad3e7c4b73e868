import { createHash } from 'node:crypto';
import type { Digest } from '../../oci/digest.js';
import { ImageError } from '../archive-error.js';
import { type BundleList, type BundleRepository, FORMAT, LIST_LIMIT } from './list.js';

/**
 * The list as it is in a bundle: a JSON document, the same bytes for the same list.
 * @throws ImageError when it is too long to be read again
 */
export function listBytes(list: BundleList): Buffer {
  const bytes = Buffer.from(`${JSON.stringify(documentOf(list))}\n`);
  if (bytes.length <= LIST_LIMIT) return bytes;
  throw new ImageError(
    `the list of that bundle would have ${bytes.length} bytes, and ${LIST_LIMIT} are the most`,
    {
      hint: 'name the images, and make more than one bundle',
    },
  );
}

/** The digest by which a list is named. */
export function listDigest(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
}

function documentOf(list: BundleList): unknown {
  return {
    format: FORMAT,
    created: list.created,
    parent: list.parent ?? null,
    since: list.since ?? null,
    index: list.index,
    repositories: list.repositories.map(repositoryOf),
    manifests: [...list.manifests].map(([digest, { mediaType, size, children, blobs, platforms }]) => ({
      digest,
      mediaType,
      size,
      ...(children.length === 0 ? {} : { children }),
      ...(blobs.length === 0 ? {} : { blobs }),
      ...(platforms.length === 0 ? {} : { platforms }),
    })),
    blobs: [...list.blobs].map(([digest, size]) => ({ digest, size })),
    members: list.members,
    earlier: { repositories: list.earlier.repositories.map(repositoryOf), content: list.earlier.content },
  };
}

function repositoryOf({ upstream, name, tags, manifests, borrowed }: BundleRepository): unknown {
  return {
    upstream: upstream ?? null,
    name,
    tags: [...tags].map(([tag, digest]) => ({ tag, digest })),
    manifests,
    ...(borrowed.size === 0
      ? {}
      : { borrowed: [...borrowed].map(([digest, from]) => ({ digest, upstream: from ?? null })) }),
  };
}

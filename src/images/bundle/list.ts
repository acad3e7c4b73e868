import type { Digest } from '../../oci/digest.js';

/**
 * What a bundle consists of and what it is to make of a mirror. It is the first member of the bundle, it is signed, and it names every
 * byte behind it by digest. It is also kept by itself beside the bundle, for the next one to build on.
 */
export interface BundleList {
  /** ISO 8601, UTC, whole seconds. */
  readonly created: string;
  /** The bundle that this one builds on; undefined: none. */
  readonly parent: BundleParent | undefined;
  /** ISO 8601: content that was here before is left out; undefined: there is no such date. */
  readonly since: string | undefined;
  /** The document that makes an image layout of the bundle. */
  readonly index: BundleContent;
  /** What is to be so in the other mirror once the bundle was applied. */
  readonly repositories: readonly BundleRepository[];
  /** Every manifest of those. */
  readonly manifests: ReadonlyMap<Digest, BundleManifest>;
  /** Bytes of every config and layer of those. */
  readonly blobs: ReadonlyMap<Digest, number>;
  /** What of them is in the bundle, in its order; the rest is expected to be there already. */
  readonly members: readonly Digest[];
  /** What the bundles before it brought, and was unchanged. */
  readonly earlier: EarlierContent;
}

/** A bundle, named by the digest of its list. */
export interface BundleParent {
  readonly list: Digest;
  /** ISO 8601. */
  readonly created: string;
}

/** Content by digest. */
export interface BundleContent {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** A repository, or that part of it that came from one upstream. */
export interface BundleRepository {
  /** The upstream's host; undefined: what was pushed. */
  readonly upstream: string | undefined;
  /** Its name at the upstream, or the one that it was pushed to. */
  readonly name: string;
  readonly tags: ReadonlyMap<string, Digest>;
  /** Every manifest that can be had of it by digest. */
  readonly manifests: readonly Digest[];
  /** Those of them that its tags lead to although they came from another upstream, or (undefined) were pushed. */
  readonly borrowed: ReadonlyMap<Digest, string | undefined>;
}

/** What is to be known of a manifest without reading it. */
export interface BundleManifest {
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** Manifests of an index that are here. */
  readonly children: readonly Digest[];
  /** The config and the layers of an image, each once, without those that are to be had elsewhere. */
  readonly blobs: readonly Digest[];
  /** Of an index: the platforms that are here. */
  readonly platforms: readonly string[];
}

/** What the receiving mirror is taken to have. */
export interface EarlierContent {
  readonly repositories: readonly BundleRepository[];
  /** Manifests and blobs. */
  readonly content: readonly Digest[];
}

/** The format of the lists that are written and read here; another one is refused. */
export const FORMAT = 'docker-mirror-bundle/1';

/** Largest list, bytes: some hundred thousand blobs. */
export const LIST_LIMIT = 64 * 1024 * 1024;

/** Largest manifest that a mirror takes, bytes. */
export const MANIFEST_LIMIT = 8 * 1024 * 1024;

/** Indexes in indexes that are followed; nobody makes more than one. */
export const DEPTH_LIMIT = 8;

/** Bytes of something that the list names. */
export function sizeIn(
  { manifests, blobs }: Pick<BundleList, 'manifests' | 'blobs'>,
  digest: Digest,
): number {
  return manifests.get(digest)?.size ?? blobs.get(digest) ?? 0;
}

/** Whose repository it is and how it is called, as a key of maps. */
export function keyOf({ upstream, name }: Pick<BundleRepository, 'upstream' | 'name'>): string {
  return `${upstream ?? ''}\n${name}`;
}

/** The name of an image for people: with the upstream's host in front, or as it was pushed. */
export function imageName(
  { upstream, name }: Pick<BundleRepository, 'upstream' | 'name'>,
  tag: string | undefined,
  digest: Digest,
): string {
  return `${upstream === undefined ? '' : `${upstream}/`}${name}${tag === undefined ? `@${digest}` : `:${tag}`}`;
}

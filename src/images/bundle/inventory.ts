import type { Digest } from '../../oci/digest.js';
import type { BundleManifest, BundleRepository } from './list.js';

/** What a mirror has, as far as it is whole. */
export interface Inventory {
  readonly repositories: readonly HeldRepository[];
  /** Those whose content is here. */
  readonly manifests: ReadonlyMap<Digest, HeldManifest>;
  readonly blobs: ReadonlyMap<Digest, HeldContent>;
  /** Tags whose content is not here. */
  readonly leftOut: readonly LeftOut[];
}

/** That part of a stored repository that came from one upstream, or was pushed. */
export interface HeldRepository extends BundleRepository {
  /** Its name in the store. */
  readonly stored: string;
}

/** A manifest that is whole. */
export interface HeldManifest extends BundleManifest {
  /** What it is attached to. */
  readonly subject: Digest | undefined;
  /** When it came here, milliseconds since 1970. */
  readonly modified: number;
}

/** A blob that is here. */
export interface HeldContent {
  /** Bytes. */
  readonly size: number;
  /** When it came here, milliseconds since 1970. */
  readonly modified: number;
}

/** A tag that cannot be in a bundle. */
export interface LeftOut {
  readonly stored: string;
  readonly tag: string;
  /** For people. */
  readonly image: string;
  /** Why, in words. */
  readonly problem: string;
}

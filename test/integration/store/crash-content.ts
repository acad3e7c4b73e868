import type { Digest } from '#src/oci/digest.js';
import { OCI_MANIFEST } from '#src/oci/media-type.js';
import { digestOf, someBytes, text } from '../../unit/store/conformance/subject.js';

/** How many different images the crash test has; few, so that the next life takes up what the last one left. */
export const IMAGES = 24;

export interface CrashImage {
  readonly repository: string;
  readonly tag: string;
  readonly layer: Buffer;
  readonly layerDigest: Digest;
  readonly manifest: Buffer;
  readonly manifestDigest: Digest;
  /** Whether it is pushed; otherwise it comes from an upstream and has an origin. */
  readonly pushed: boolean;
  /** Whether its tag and layer are taken away again. */
  readonly removed: boolean;
}

/** An image that is the same in every process. */
export function crashImage(number: number): CrashImage {
  const layer = someBytes(20_000 + number * 5_000, `layer ${number}`);
  const layerDigest = digestOf(layer);
  const manifest = text(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: { mediaType: 'x/config', digest: layerDigest, size: layer.length },
      layers: [{ mediaType: 'x/layer', digest: layerDigest, size: layer.length }],
    }),
  );
  const pushed = number % 2 === 0;
  return {
    repository: `${pushed ? 'pushed' : 'pulled'}/r${number % 3}`,
    tag: `t${number % 4}`,
    layer,
    layerDigest,
    manifest: manifest.bytes,
    manifestDigest: manifest.digest,
    pushed,
    removed: number % 3 === 0,
  };
}

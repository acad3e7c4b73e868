import type { Digest } from '#src/oci/digest.js';
import type { Descriptor, Platform } from '#src/oci/manifest.js';
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_EMPTY, OCI_INDEX, OCI_MANIFEST } from '#src/oci/media-type.js';
import { busyboxLayer, type Layer, randomLayer, sha256 } from './layers.js';

/** Bytes with their name: a manifest or a blob. */
export interface Content {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Buffer;
}

/** Which family of media types. */
export type Flavour = 'oci' | 'docker';

/** An image for one platform. */
export interface Image {
  readonly manifest: Content;
  readonly config: Content;
  readonly layers: readonly Content[];
  readonly platform: Platform;
}

/** Images for several platforms under one name. */
export interface MultiImage {
  readonly manifest: Content;
  readonly images: readonly Image[];
}

/** What can be published under a tag. */
export type AnyImage = Image | MultiImage;

const TYPES = {
  oci: {
    manifest: OCI_MANIFEST,
    index: OCI_INDEX,
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: DOCKER_MANIFEST,
    index: DOCKER_LIST,
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const;

const AMD64: Platform = { os: 'linux', architecture: 'amd64' };
const ARM64: Platform = { os: 'linux', architecture: 'arm64' };

/** An image of these layers, whose command says hello. */
export function buildImage(options: {
  readonly layers: readonly Layer[];
  readonly flavour?: Flavour;
  readonly platform?: Platform;
  /** Makes the config, and with it the image, differ from others with the same layers. */
  readonly label?: string;
}): Image {
  const { layers, flavour = 'oci', platform = AMD64, label = '' } = options;
  const types = TYPES[flavour];
  const config = json(types.config, {
    created: '2024-01-01T00:00:00Z',
    architecture: platform.architecture,
    os: platform.os,
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    config: { Cmd: ['/bin/busybox', 'echo', 'hello'], Labels: { test: label } },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map(() => ({ created: '2024-01-01T00:00:00Z', created_by: 'a test' })),
  });
  const contents = layers.map(({ bytes, digest }) => ({ mediaType: types.layer, digest, bytes }));
  const manifest = json(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptorOf(config),
    layers: contents.map((layer) => descriptorOf(layer)),
  });
  return { manifest, config, layers: contents, platform };
}

/** An index of images, in that order. */
export function buildIndex(images: readonly Image[], flavour: Flavour = 'oci'): MultiImage {
  const mediaType = TYPES[flavour].index;
  const manifests = images.map((image) => ({ ...descriptorOf(image.manifest), platform: image.platform }));
  return { manifest: json(mediaType, { schemaVersion: 2, mediaType, manifests }), images };
}

/** A small image for this machine's platform that can run: busybox, and a layer of its own of `size` bytes. */
export function smallImage(seed: string, options: { size?: number; flavour?: Flavour } = {}): Image {
  const { size = 200_000, flavour = 'oci' } = options;
  return buildImage({ layers: [busyboxLayer(), randomLayer(seed, size)], flavour, label: seed });
}

/** An index for amd64 and arm64, two images with busybox's layer in common and one of their own each. */
export function multiImage(seed: string, options: { size?: number; flavour?: Flavour } = {}): MultiImage {
  const { size = 200_000, flavour = 'oci' } = options;
  const shared = busyboxLayer();
  const images = [AMD64, ARM64].map((platform) => {
    const own = randomLayer(`${seed}-${platform.architecture}`, size);
    return buildImage({ layers: [shared, own], flavour, platform, label: seed });
  });
  return buildIndex(images, flavour);
}

/** An artifact that refers to an image, such as a signature (image specification 1.1, "Guidelines for Artifact Usage"). */
export function buildArtifact(options: {
  readonly subject: AnyImage;
  readonly artifactType: string;
  readonly content: Uint8Array;
}): Image {
  const { subject, artifactType } = options;
  const bytes = Buffer.from(options.content);
  const content = { mediaType: 'application/octet-stream', digest: sha256(bytes), bytes };
  const config = json(OCI_EMPTY, {});
  const manifest = json(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType,
    config: descriptorOf(config),
    layers: [descriptorOf(content)],
    subject: descriptorOf(subject.manifest),
  });
  return { manifest, config, layers: [content], platform: AMD64 };
}

/** Every manifest of an image, those that an index names first. */
export function manifestsOf(image: AnyImage): readonly Content[] {
  return 'images' in image
    ? [...image.images.map((child) => child.manifest), image.manifest]
    : [image.manifest];
}

/** Every config and layer of an image, each once. */
export function blobsOf(image: AnyImage): readonly Content[] {
  const images = 'images' in image ? image.images : [image];
  const blobs = images.flatMap(({ config, layers }) => [config, ...layers]);
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

/** Bytes of all configs and layers, each counted once. */
export function uniqueBlobBytes(image: AnyImage): number {
  return blobsOf(image).reduce((sum, blob) => sum + blob.bytes.length, 0);
}

export function descriptorOf(content: Content): Descriptor {
  return { mediaType: content.mediaType, digest: content.digest, size: content.bytes.length };
}

function json(mediaType: string, value: unknown): Content {
  const bytes = Buffer.from(JSON.stringify(value));
  return { mediaType, digest: sha256(bytes), bytes };
}

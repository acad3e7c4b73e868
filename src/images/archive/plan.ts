import { createHash } from 'node:crypto';
import { algorithmOf, type Digest, hexOf } from '../../oci/digest.js';
import { OCI_INDEX } from '../../oci/media-type.js';
import { isPlatform } from '../platforms.js';
import type { Contents, WholeImage } from './contents.js';

/** Changes with how archives are made, so that those of an earlier version are made anew. */
const FORMAT = 1;

/** Annotations of the one entry of an archive's index. The first two are those that container engines read and write. */
export const ANNOTATIONS = {
  /** The whole name: containerd, and Docker on top of it. */
  name: 'io.containerd.image.name',
  /** The name by the OCI image specification 1.1, "Pre-Defined Annotation Keys". */
  reference: 'org.opencontainers.image.ref.name',
  /** What the archive was made from, in one digest: equal ones are of equal archives. */
  madeFrom: 'io.github.docker-mirror.made-from',
  /** The repository that an image was pushed to; absent for one from an upstream. */
  pushedTo: 'io.github.docker-mirror.pushed-to',
} as const;

/** What the config of a container image may be; other artifacts are of no use to `docker load`. */
const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/** An image under a name, as it is to be archived. */
export interface Subject {
  /** The whole name: `docker.io/library/redis:7`, or with a digest. */
  readonly name: string;
  /** As people and `docker load` have it: `redis:7`; undefined when it has no tag. */
  readonly tagged: string | undefined;
  /** The repository that it was pushed to; undefined for an image from an upstream. */
  readonly pushedTo: string | undefined;
  readonly contents: Contents;
}

/** A member of an archive. */
export type PlannedMember =
  | { readonly path: string; readonly bytes: Buffer }
  | { readonly path: string; readonly blob: Digest; readonly size: number };

/** What an archive consists of, in order. */
export interface ArchivePlan {
  readonly members: readonly PlannedMember[];
  /** The digest of everything that decides about its bytes, but for the compression. */
  readonly madeFrom: Digest;
}

/**
 * Plans an archive that is at once an OCI image layout (OCI image specification 1.1, "OCI Image Layout Specification") and, by its
 * manifest.json, what `docker save` writes, for engines that read only that. The layers are in it once, as they were pulled.
 * @param platform of the image that engines get which know one platform only, such as `linux/amd64`
 */
export function planArchive(subject: Subject, platform: string): ArchivePlan {
  const { root, indexes, images } = subject.contents;
  const manifests = [
    ...new Map(
      [root, ...indexes, ...images.map(({ manifest }) => manifest)].map((each) => [each.digest, each]),
    ).values(),
  ];
  const blobs = new Map<Digest, number>();
  for (const { config } of images) if (config !== undefined) blobs.set(config.digest, config.size);
  for (const { layers } of images) for (const { digest, size } of layers) blobs.set(digest, size);
  for (const { digest } of manifests) blobs.delete(digest);
  const legacy = dockerManifest(subject, platform);
  const content: PlannedMember[] = [
    ...manifests.map(({ digest, bytes }) => ({ path: blobPath(digest), bytes })),
    ...[...blobs].map(([digest, size]) => ({ path: blobPath(digest), blob: digest, size })),
  ];
  const madeFrom = sha256([
    JSON.stringify([FORMAT, subject.name, subject.pushedTo ?? null, legacy?.toString()]),
    ...content.map(({ path }) => path),
  ]);
  return {
    madeFrom,
    members: [
      { path: 'oci-layout', bytes: json({ imageLayoutVersion: '1.0.0' }) },
      { path: 'index.json', bytes: indexDocument(subject, madeFrom) },
      ...(legacy === undefined ? [] : [{ path: 'manifest.json', bytes: legacy }]),
      ...foldersOf(content).map((path) => ({ path, bytes: Buffer.alloc(0) })),
      ...content,
    ],
  };
}

/** Where the content of a digest is in an image layout. */
export function blobPath(digest: Digest): string {
  return `blobs/${algorithmOf(digest)}/${hexOf(digest)}`;
}

function foldersOf(content: readonly PlannedMember[]): string[] {
  const algorithms = new Set(content.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)));
  return ['blobs/', ...algorithms];
}

function indexDocument({ name, tagged, pushedTo, contents }: Subject, madeFrom: Digest): Buffer {
  const { digest, bytes, manifest } = contents.root;
  const annotations = {
    [ANNOTATIONS.madeFrom]: madeFrom,
    ...(pushedTo === undefined ? {} : { [ANNOTATIONS.pushedTo]: pushedTo }),
    [ANNOTATIONS.name]: name,
    // The whole name again, as podman takes nothing else for it.
    ...(tagged === undefined ? {} : { [ANNOTATIONS.reference]: name }),
  };
  const entry = { mediaType: manifest.mediaType, digest, size: bytes.length, annotations };
  return json({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [entry] });
}

/** What `docker save` calls manifest.json; undefined when there is no image in it that an engine could run. */
function dockerManifest({ tagged, contents }: Subject, platform: string): Buffer | undefined {
  const images = contents.images.filter(isContainerImage);
  const image = images.find((each) => isPlatform(each.platform, platform)) ?? images[0];
  if (image?.config === undefined) return undefined;
  const entry = {
    Config: blobPath(image.config.digest),
    RepoTags: tagged === undefined ? null : [tagged],
    Layers: image.layers.map(({ digest }) => blobPath(digest)),
  };
  return json([entry]);
}

/** Foreign layers are not in the archive, and without them an engine cannot load it. */
function isContainerImage({ config, layers, manifest }: WholeImage): boolean {
  return IMAGE_CONFIGS.has(config?.mediaType ?? '') && layers.length === manifest.manifest.layers.length;
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function sha256(parts: readonly string[]): Digest {
  return `sha256:${createHash('sha256').update(parts.join('\n')).digest('hex')}` as Digest;
}

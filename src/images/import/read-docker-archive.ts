import { createHash } from 'node:crypto';
import type { Digest } from '../../oci/digest.js';
import { parseManifest } from '../../oci/manifest.js';
import { OCI_MANIFEST } from '../../oci/media-type.js';
import { ArchiveError } from '../archive-error.js';
import { shown } from '../tar/read-tar.js';
import { type ImportImage, type ImportManifest, isRecord, jsonIn } from './image.js';
import type { Inspected, SeenFile } from './inspect.js';

const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

/**
 * The images of what `docker save` writes (Docker image specification 1.2, "Combined Image JSON + Filesystem Changeset Format"), by its
 * manifest.json. It has no manifests, so they are made: the same ones each time, with the layers as they are in the archive. The config
 * keeps its digest, which is what engines call the image's id.
 * @throws ArchiveError naming the member that is missing, or not what the config says
 */
export function readDockerArchive(inspected: Inspected, list: SeenFile): ImportImage[] {
  const entries = jsonIn(list);
  if (!Array.isArray(entries)) throw new ArchiveError(`${shown(list.path)} is no list of images`);
  const images = new Map<Digest, ImportImage>();
  for (const entry of entries) {
    const image = readEntry(inspected, entry);
    const before = images.get(image.root);
    images.set(image.root, { ...image, names: [...new Set([...(before?.names ?? []), ...image.names])] });
  }
  return [...images.values()];
}

function readEntry(inspected: Inspected, entry: unknown): ImportImage {
  if (!isRecord(entry)) throw new ArchiveError('its manifest.json is malformed');
  const config = fileAt(inspected, entry['Config']);
  const paths = entry['Layers'];
  if (!Array.isArray(paths)) throw new ArchiveError('its manifest.json names no layers');
  const layers = paths.map((path) => fileAt(inspected, path));
  const document = jsonIn(config);
  const rootfs = isRecord(document) ? document['rootfs'] : undefined;
  const diffIds: unknown = isRecord(rootfs) ? rootfs['diff_ids'] : undefined;
  if (!Array.isArray(diffIds) || diffIds.length !== layers.length) {
    throw new ArchiveError(
      `${shown(config.path)} does not describe the ${layers.length} layers of its image`,
    );
  }
  for (const [position, layer] of layers.entries()) {
    // What is compressed has another digest than its content; who pulls it checks that.
    if (layer.packing !== undefined || layer.digest === diffIds[position]) continue;
    throw new ArchiveError(`${shown(layer.path)} is damaged: its content is ${layer.digest}`, {
      hint: `${shown(config.path)} says ${shown(String(diffIds[position]))}`,
    });
  }
  const manifest = manifestOf(config, layers);
  const names: unknown = entry['RepoTags'];
  return {
    names: Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [],
    pushedTo: undefined,
    root: manifest.digest,
    manifests: [manifest],
    blobs: [...new Map([config, ...layers].map((file) => [file.digest, file])).values()],
    absent: [],
  };
}

function fileAt(inspected: Inspected, path: unknown): SeenFile {
  if (typeof path !== 'string') throw new ArchiveError('its manifest.json is malformed');
  const file = inspected.file(path);
  if (file === undefined) throw new ArchiveError(`it is not whole: ${shown(path)} is not in it`);
  return file;
}

function manifestOf(config: SeenFile, layers: readonly SeenFile[]): ImportManifest {
  const document = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: CONFIG, digest: config.digest, size: config.size },
    layers: layers.map((layer) => ({ mediaType: layerType(layer), digest: layer.digest, size: layer.size })),
  };
  const bytes = Buffer.from(JSON.stringify(document));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
  return { digest, bytes, manifest: parseManifest(bytes) };
}

function layerType({ path, packing }: SeenFile): string {
  if (packing === undefined) return LAYER;
  if (packing === 'gzip' || packing === 'zstd') return `${LAYER}+${packing}`;
  throw new ArchiveError(`the layer ${shown(path)} is compressed by ${packing}, which engines do not unpack`);
}

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '#src/oci/digest.js';
import type { Descriptor } from '#src/oci/manifest.js';
import { OCI_INDEX, OCI_MANIFEST } from '#src/oci/media-type.js';
import * as layout from '#src/store/layout.js';
import { randomBytesOf, sha256 } from '../../../parts/layers.js';
import { type AnyPlan, type DamagePlan, type LayerPlan, type ShelfPlan, upstreamOf } from './cache-plan.js';

/** The files of a cache, below the store's root, by what they are. */
export type CacheFiles = Record<DamagePlan['what'], string[]>;

/**
 * Writes images into a store's folder as pulls and pushes leave them there, without waiting for the disk.
 * @returns the files, in an order that depends on the plan alone
 */
export async function fillCache(root: string, shelves: readonly ShelfPlan[]): Promise<CacheFiles> {
  const files = new Map<string, { readonly what: DamagePlan['what']; readonly bytes: Buffer }>();
  for (const shelf of shelves) plan(shelf, (what, path, bytes) => files.set(path, { what, bytes }));
  const sorted: CacheFiles = { link: [], blob: [], manifest: [], origin: [] };
  for (const [path, { what, bytes }] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
    sorted[what].push(path);
  }
  return sorted;
}

/** Does something to one of the files. */
export async function damage(
  root: string,
  files: CacheFiles,
  { what, how, pick }: DamagePlan,
): Promise<void> {
  const path = files[what][pick % files[what].length];
  if (path === undefined) return;
  const file = join(root, path);
  if (how === 'remove') return await rm(file, { force: true });
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return;
  // A blob that keeps its size is damaged where only reading all of it would tell; a manifest is read as a whole.
  if (how === 'cut' || (how === 'change' && what === 'blob')) await writeFile(file, bytes.subarray(0, -1));
  else if (how === 'grow') await writeFile(file, Buffer.concat([bytes, Buffer.from('x')]));
  else
    await writeFile(file, Buffer.from(bytes.map((byte, at) => (at === bytes.length - 2 ? byte ^ 1 : byte))));
}

type Add = (what: DamagePlan['what'], path: string, bytes: Buffer) => void;

function plan({ repository, tag, pushed, image }: ShelfPlan, add: Add): void {
  const root = addAny(repository, image, add);
  const link = Buffer.from(root.digest);
  add('link', layout.tagCurrent(repository, tag), link);
  add('link', layout.tagIndex(repository, tag, root.digest), link);
  if (pushed) return;
  const origin = JSON.stringify({ upstream: upstreamOf(repository), confirmed: 1 });
  add('origin', layout.tagOrigin(repository, tag), Buffer.from(origin));
}

function addAny(repository: string, image: AnyPlan, add: Add): Descriptor {
  const document =
    image.kind === 'image'
      ? {
          mediaType: OCI_MANIFEST,
          config: addBlob(
            repository,
            configOf(image.config),
            'application/vnd.oci.image.config.v1+json',
            add,
          ),
          layers: image.layers.map((layer) => addLayer(repository, layer, add)),
        }
      : {
          mediaType: OCI_INDEX,
          manifests: image.entries.map(({ platform, child }) => ({
            ...addAny(repository, child, add),
            ...(platform === undefined ? {} : { platform }),
          })),
        };
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...document }));
  const digest = sha256(bytes);
  add('manifest', layout.blobData(digest), bytes);
  add('link', layout.revisionLink(repository, digest), Buffer.from(digest));
  return { mediaType: document.mediaType, digest, size: bytes.length };
}

function addLayer(repository: string, { number, compression, foreign }: LayerPlan, add: Add): Descriptor {
  const mediaType = `application/vnd.oci.image.layer.v1.tar+${compression}`;
  const bytes = randomBytesOf(`layer ${number} ${compression}`, 10 + number * number * 700);
  if (!foreign) return addBlob(repository, bytes, mediaType, add);
  return { mediaType, digest: sha256(bytes), size: bytes.length, urls: ['https://example.com/layer'] };
}

function addBlob(repository: string, bytes: Buffer, mediaType: string, add: Add): Descriptor {
  const digest: Digest = sha256(bytes);
  add('blob', layout.blobData(digest), bytes);
  add('link', layout.layerLink(repository, digest), Buffer.from(digest));
  return { mediaType, digest, size: bytes.length };
}

function configOf(number: number): Buffer {
  return Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Labels: { number } } }));
}

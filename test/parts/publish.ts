import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hexOf } from '#src/oci/digest.js';
import { OCI_INDEX } from '#src/oci/media-type.js';
import { type AnyImage, blobsOf, descriptorOf, manifestsOf } from './images.js';
import { expectStatus, type RegistryAccess, RegistryClient } from './registry-client.js';

/** Where an image is put. */
export interface Destination extends RegistryAccess {
  readonly repository: string;
  /** By digest only when absent. */
  readonly tag?: string;
}

/**
 * Pushes an image to a registry over plain HTTP: what is not there yet of its blobs, then its manifests.
 * @throws Error when the registry refuses
 */
export async function publish(image: AnyImage, to: Destination): Promise<void> {
  const client = new RegistryClient(to);
  for (const { digest, bytes } of blobsOf(image)) {
    const there = await client.blob(to.repository, digest, { method: 'HEAD' });
    if (there.status !== 200) await client.pushBlob(to.repository, digest, bytes);
  }
  for (const { mediaType, digest, bytes } of manifestsOf(image)) {
    const isRoot = digest === image.manifest.digest;
    const reference = isRoot && to.tag !== undefined ? to.tag : digest;
    const answer = await client.putManifest(to.repository, reference, mediaType, bytes);
    expectStatus(answer, 201, `pushing ${to.repository} ${reference}`);
  }
}

/** Writes an image as an OCI layout (image specification, "Image Layout") that other programs can read as `oci:FOLDER:NAME`. */
export async function writeLayout(image: AnyImage, folder: string, name: string): Promise<void> {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  for (const { digest, bytes } of [...blobsOf(image), ...manifestsOf(image)]) {
    await writeFile(join(blobs, hexOf(digest)), bytes);
  }
  const annotations = { 'org.opencontainers.image.ref.name': name };
  const index = {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [{ ...descriptorOf(image.manifest), annotations }],
  };
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
}

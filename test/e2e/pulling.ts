import assert from 'node:assert/strict';
import { type AnyImage, blobsOf, manifestsOf } from '../parts/images.js';
import { type RegistryAccess, RegistryClient } from '../parts/registry-client.js';

/**
 * Pulls an image as an engine does: the tag, the manifests it leads to, then every blob; each must be the very bytes.
 * @throws AssertionError
 */
export async function pullAnyImage(
  client: RegistryClient,
  repository: string,
  reference: string,
  image: AnyImage,
): Promise<void> {
  const named = await client.manifest(repository, reference);
  assert.equal(named.status, 200, `${repository} ${reference}: ${named.text().slice(0, 300)}`);
  assert.ok(named.body.equals(image.manifest.bytes), `${repository} ${reference}: other bytes came`);
  assert.equal(named.header('content-type'), image.manifest.mediaType);
  assert.equal(named.header('docker-content-digest'), image.manifest.digest);
  for (const { digest, mediaType, bytes } of manifestsOf(image)) {
    const answer = await client.manifest(repository, digest);
    assert.equal(answer.status, 200, `${repository} ${digest}: ${answer.text().slice(0, 300)}`);
    assert.ok(answer.body.equals(bytes), `${repository} ${digest}: other bytes came`);
    assert.equal(answer.header('content-type'), mediaType);
  }
  await Promise.all(blobsOf(image).map(({ digest, bytes }) => pullBlob(client, repository, digest, bytes)));
}

/** Whether a registry serves an image, every byte of it. */
export async function assertServes(
  registry: RegistryAccess,
  repository: string,
  reference: string,
  image: AnyImage,
): Promise<void> {
  await pullAnyImage(new RegistryClient({ url: registry.url }), repository, reference, image);
}

async function pullBlob(
  client: RegistryClient,
  repository: string,
  digest: string,
  bytes: Buffer,
): Promise<void> {
  const answer = await client.blob(repository, digest);
  assert.equal(answer.status, 200, `${repository} ${digest}: ${answer.text().slice(0, 300)}`);
  assert.ok(answer.body.equals(bytes), `${repository} ${digest}: other bytes came`);
}

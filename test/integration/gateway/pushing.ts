import type { Digest } from '#src/oci/digest.js';
import { OCI_MANIFEST } from '#src/oci/media-type.js';
import type { Answer } from '../../parts/http.js';
import { sha256 } from '../../parts/layers.js';
import type { TestMirror } from './mirror.js';

/** Pushes a blob in one request. */
export function pushBlob(mirror: TestMirror, repository: string, bytes: Buffer): Promise<Answer> {
  const path = `/v2/${repository}/blobs/uploads/?digest=${sha256(bytes)}`;
  return mirror.send(path, { method: 'POST', body: bytes });
}

/** Begins an upload and gives its path. */
export async function beginUpload(mirror: TestMirror, repository: string): Promise<string> {
  const answer = await mirror.send(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  return new URL(answer.header('location') ?? '', mirror.url).pathname;
}

/** Pushes a manifest as it is. */
export function pushManifest(
  mirror: TestMirror,
  repository: string,
  reference: string,
  document: Buffer | object,
  mediaType = OCI_MANIFEST,
): Promise<Answer> {
  const body = Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document));
  const headers = { 'content-type': mediaType };
  return mirror.send(`/v2/${repository}/manifests/${reference}`, { method: 'PUT', headers, body });
}

export const CONFIG = Buffer.from('{"architecture":"amd64","os":"linux"}');
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';

/** A manifest of CONFIG and these layers. */
export function imageOf(layers: readonly Buffer[] = [], more: object = {}): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: descriptor(CONFIG, CONFIG_TYPE),
      layers: layers.map((layer) => descriptor(layer, LAYER_TYPE)),
      ...more,
    }),
  );
}

/** The descriptor of bytes. */
export function descriptor(
  bytes: Buffer,
  mediaType: string,
): { mediaType: string; digest: Digest; size: number } {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}

/** Pushes CONFIG, layers and a manifest of them under a tag; gives the manifest. */
export async function pushImage(
  mirror: TestMirror,
  repository: string,
  tag: string,
  layers: readonly Buffer[] = [],
): Promise<{ bytes: Buffer; digest: Digest }> {
  for (const blob of [CONFIG, ...layers]) expectCreated(await pushBlob(mirror, repository, blob));
  const bytes = imageOf(layers);
  expectCreated(await pushManifest(mirror, repository, tag, bytes));
  return { bytes, digest: sha256(bytes) };
}

function expectCreated(answer: Answer): void {
  if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.text()}`);
}

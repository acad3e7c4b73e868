import { createHash } from 'node:crypto';
import { algorithmOf, type Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import { parseManifest } from '../oci/manifest.js';
import { bareMediaType } from '../oci/media-type.js';
import type { Context } from './context.js';
import { bodyOf, type Exchange, header } from './exchange.js';
import { locationOf } from './locations.js';
import type { StoredManifest } from './manifest-cache.js';
import { addReferrer } from './manifest-store.js';
import { requireReferences } from './push-references.js';
import { type ManifestReference, referenceText } from './route.js';

/** Largest manifest that may be pushed, bytes (OCI distribution specification 1.1, "Pushing Manifests"). */
const PUSH_LIMIT = 4 * 1024 * 1024;

/**
 * PUT of a manifest (OCI distribution specification 1.1, end-7): checked whole, then stored: bytes, link, referrer, tag.
 * @throws OciError; nothing was changed then
 */
export async function pushManifest(
  context: Context,
  exchange: Exchange,
  name: string,
  reference: ManifestReference,
): Promise<void> {
  const stored = await read(exchange, reference);
  await requireReferences(context, name, stored.manifest);
  await requireOwnTag(context, name, reference);
  await keep(context, name, reference, stored);
  exchange.digest = stored.digest;
  exchange.outcome = 'pushed';
  const { subject } = stored.manifest;
  exchange.response.writeHead(201, {
    Location: locationOf(context, exchange, `/v2/${name}/manifests/${referenceText(reference)}`),
    'Docker-Content-Digest': stored.digest,
    'Content-Length': 0,
    ...(subject === undefined ? {} : { 'OCI-Subject': subject.digest }),
  });
  exchange.response.end();
}

async function read(exchange: Exchange, reference: ManifestReference): Promise<StoredManifest> {
  const bytes = await readBody(exchange);
  const algorithm = reference.kind === 'digest' ? algorithmOf(reference.digest) : 'sha256';
  const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
  if (reference.kind === 'digest' && reference.digest !== digest) {
    throw new OciError('DIGEST_INVALID', `the manifest is ${digest} and not ${reference.digest}`);
  }
  const declared = header(exchange, 'content-type');
  const manifest = parseManifest(bytes, declared === undefined ? undefined : bareMediaType(declared));
  // Only the bytes are kept: a type that they do not tell would be another one when they are read back.
  if (declared !== undefined && parseManifest(bytes).mediaType !== manifest.mediaType) {
    throw new OciError(
      'MANIFEST_INVALID',
      `the manifest came as ${manifest.mediaType}, but does not say so`,
      {
        hint: 'name the type in its mediaType',
      },
    );
  }
  return { digest, bytes, manifest };
}

async function readBody(exchange: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (Number(header(exchange, 'content-length') ?? 0) > PUSH_LIMIT) throw tooLarge();
  let size = 0;
  for await (const chunk of bodyOf(exchange)) {
    size += chunk.length;
    if (size > PUSH_LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): OciError {
  return new OciError('SIZE_INVALID', 'the manifest is larger than 4 MiB', { status: 413 });
}

/** A tag that came from an upstream is that upstream's. */
async function requireOwnTag(context: Context, name: string, reference: ManifestReference): Promise<void> {
  if (reference.kind === 'digest') return;
  const { origins, repositories } = context.store;
  const origin = await origins.readTag(name, reference.tag);
  if (origin === undefined) return;
  // The record is written before the tag and removed after it: alone, it is what a crash left.
  if ((await repositories.readTag(name, reference.tag)) === undefined) {
    await origins.removeTag(name, reference.tag);
    return;
  }
  throw new OciError('DENIED', `${name}:${reference.tag} is a copy from ${origin.upstream}`, {
    hint: 'push under another name or tag',
  });
}

async function keep(
  context: Context,
  name: string,
  reference: ManifestReference,
  stored: StoredManifest,
): Promise<void> {
  const { store, manifests, alarm } = context;
  await store.blobs.put(stored.digest, stored.bytes);
  await store.repositories.linkRevision(name, stored.digest);
  await store.origins.removeRevision(name, stored.digest);
  await addReferrer(context, name, stored);
  if (reference.kind === 'tag') await store.repositories.writeTag(name, reference.tag, stored.digest);
  manifests.keep(stored);
  manifests.forgetRepository(name);
  alarm.clear();
}

import { type Digest, isDigest } from './digest.js';
import { OciError } from './error-code.js';
import { DOCKER_LIST, DOCKER_MANIFEST, isSchema1, OCI_INDEX, OCI_MANIFEST } from './media-type.js';

/** A descriptor, as far as a registry needs it (OCI image specification 1.1, "Content Descriptors"). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  /** Where else the content may be had; a layer with these is "foreign" and need not be in the registry. */
  readonly urls?: readonly string[];
}

/** The platform member of a descriptor in an index. */
export interface Platform {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
}

/** What was read from a manifest's bytes. The bytes themselves are what is stored and served (I5). */
export interface Manifest {
  /** `image` names a config and layers, `index` names other manifests. */
  readonly kind: 'image' | 'index';
  readonly mediaType: string;
  readonly config: Descriptor | undefined;
  readonly layers: readonly Descriptor[];
  readonly manifests: readonly Descriptor[];
  readonly subject: Descriptor | undefined;
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

/**
 * Reads a manifest from its bytes.
 * @param declared the `Content-Type` it came with; when the document names its own type, the two must agree
 * @throws OciError `MANIFEST_INVALID` (also for schema 1, whose hint tells what to do)
 */
export function parseManifest(bytes: Uint8Array, declared?: string): Manifest {
  const document = readObject(bytes);
  if (document['schemaVersion'] === 1 || (declared !== undefined && isSchema1(declared))) {
    throw new OciError('MANIFEST_INVALID', 'this is a schema 1 manifest, which is not supported', {
      hint: 'rebuild the image or push it again with a Docker newer than 1.10',
    });
  }
  if (document['schemaVersion'] !== 2) throw invalid('schemaVersion must be 2');
  const mediaType = typeOf(document, declared);
  const kind = mediaType === OCI_INDEX || mediaType === DOCKER_LIST ? 'index' : 'image';
  return {
    kind,
    mediaType,
    config: kind === 'image' ? descriptor(document['config'], 'config') : undefined,
    layers: kind === 'image' ? descriptors(document['layers'], 'layers') : [],
    manifests: kind === 'index' ? descriptors(document['manifests'], 'manifests') : [],
    subject:
      document['subject'] === undefined || document['subject'] === null
        ? undefined
        : descriptor(document['subject'], 'subject'),
    artifactType: optionalText(document['artifactType'], 'artifactType'),
    annotations: annotations(document['annotations'], 'annotations'),
  };
}

/** A manifest from bytes that are kept and need not be one that is supported (schema 1, or damaged): undefined then. */
export function readableManifest(bytes: Uint8Array): Manifest | undefined {
  try {
    return parseManifest(bytes);
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}

function readObject(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid('not a JSON document', cause);
  }
  if (!isRecord(value)) throw invalid('not a JSON object');
  return value;
}

/** The media type: the document's own, else the declared one when it fits the document's shape, else what the shape says. */
function typeOf(document: Record<string, unknown>, declared: string | undefined): string {
  const own = optionalText(document['mediaType'], 'mediaType');
  const shape = Array.isArray(document['manifests']) ? OCI_INDEX : OCI_MANIFEST;
  if (own !== undefined) {
    if (declared !== undefined && declared !== own) {
      throw invalid(`its mediaType is ${own}, but it came as ${declared}`);
    }
    return known(own);
  }
  return declared === undefined ? shape : known(declared);
}

function known(mediaType: string): string {
  if (mediaType === OCI_MANIFEST || mediaType === OCI_INDEX) return mediaType;
  if (mediaType === DOCKER_MANIFEST || mediaType === DOCKER_LIST) return mediaType;
  throw invalid(`media type ${mediaType} is not that of an image manifest or index`);
}

function descriptors(value: unknown, where: string): Descriptor[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(`${where} must be an array`);
  return value.map((entry, position) => descriptor(entry, `${where}[${position}]`));
}

function descriptor(value: unknown, where: string): Descriptor {
  if (!isRecord(value)) throw invalid(`${where} must be a descriptor`);
  const { digest, size } = value;
  const mediaType = optionalText(value['mediaType'], `${where}.mediaType`) ?? '';
  const artifactType = optionalText(value['artifactType'], `${where}.artifactType`);
  const notes = annotations(value['annotations'], `${where}.annotations`);
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(`${where}.digest is not a digest`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(`${where}.size must be a number of bytes`);
  }
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(notes === undefined ? {} : { annotations: notes }),
    ...platform(value['platform']),
    ...urls(value['urls']),
  };
}

function platform(value: unknown): { platform?: Platform } {
  if (!isRecord(value)) return {};
  const { architecture, os, variant } = value;
  if (typeof architecture !== 'string' || typeof os !== 'string') return {};
  return { platform: { architecture, os, ...(typeof variant === 'string' ? { variant } : {}) } };
}

function urls(value: unknown): { urls?: string[] } {
  if (!Array.isArray(value)) return {};
  const texts = value.filter((entry): entry is string => typeof entry === 'string');
  return texts.length === 0 ? {} : { urls: texts };
}

function annotations(value: unknown, where: string): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) throw invalid(`${where} must be an object`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw invalid(`${where}.${key} must be a string`);
  }
  return value as Record<string, string>;
}

function optionalText(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw invalid(`${where} must be a string`);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(what: string, cause?: unknown): OciError {
  return new OciError('MANIFEST_INVALID', `the manifest is not valid: ${what}`, { cause });
}

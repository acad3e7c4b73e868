import type { Digest } from '../../oci/digest.js';
import { OciError } from '../../oci/error-code.js';
import { type Manifest, parseManifest } from '../../oci/manifest.js';
import { ArchiveError } from '../archive-error.js';
import { shown } from '../tar/read-tar.js';
import type { SeenFile } from './inspect.js';

/** A manifest with its bytes. */
export interface ImportManifest {
  readonly digest: Digest;
  readonly bytes: Buffer;
  readonly manifest: Manifest;
}

/** An image in an archive, whole, with the names that the archive gives it. */
export interface ImportImage {
  readonly names: readonly string[];
  /** The repository that it had been pushed to in the mirror that wrote the archive; undefined: it is from an upstream, or unknown. */
  readonly pushedTo: string | undefined;
  readonly root: Digest;
  /** Those that are named before those that name them; the root is the last one. */
  readonly manifests: readonly ImportManifest[];
  /** Configs and layers, each once. */
  readonly blobs: readonly SeenFile[];
  /** Platforms of its index that are not in the archive. */
  readonly absent: readonly string[];
}

/**
 * Reads a manifest out of an archive.
 * @throws ArchiveError naming the member
 */
export function manifestIn(file: SeenFile): ImportManifest {
  if (file.document === undefined) throw new ArchiveError(`${shown(file.path)} is no manifest`);
  try {
    return { digest: file.digest, bytes: file.document, manifest: parseManifest(file.document) };
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    throw new ArchiveError(`${shown(file.path)}: ${plain(error.message)}`, {
      cause: error,
      ...hintOf(error),
    });
  }
}

/**
 * Reads a JSON document out of an archive.
 * @throws ArchiveError naming the member
 */
export function jsonIn(file: SeenFile): unknown {
  try {
    return JSON.parse(file.document?.toString() ?? '');
  } catch (cause) {
    throw new ArchiveError(`${shown(file.path)} is no JSON document`, { cause });
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a message quotes may have been written for a terminal to obey. */
function plain(message: string): string {
  return message.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 300);
}

function hintOf({ hint }: OciError): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

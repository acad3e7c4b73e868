import { createHash } from 'node:crypto';
import { type Digest, type DigestAlgorithm, isDigest } from '../../oci/digest.js';
import { ArchiveError } from '../archive-error.js';
import { MAGIC_LENGTH, type Packing, packingOf } from '../decompress.js';
import { memberName } from '../tar/member-name.js';
import { shown } from '../tar/read-tar.js';
import { type ImportSource, tooMuch } from './source.js';

/** A file in an archive whose content was seen. */
export interface SeenFile {
  readonly path: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** What compressed it, as its first bytes tell. */
  readonly packing: Packing | undefined;
  /** The content, where it is small and may be a JSON document. */
  readonly document: Buffer | undefined;
}

/** Everything that an archive holds. */
export interface Inspected {
  /** The file at a path, links followed; undefined when there is none. */
  file(path: string): SeenFile | undefined;
  /** Paths of all files and links. */
  readonly paths: readonly string[];
}

/** Largest manifest that may be pushed, bytes (OCI distribution specification 1.1, "Pushing Manifests"). */
const DOCUMENT_LIMIT = 4 * 1024 * 1024;
/** Documents of one archive, bytes: about ten thousand images. */
const DOCUMENTS_LIMIT = 64 * 1024 * 1024;
const LINKS_LIMIT = 16;

/** What an inspection is told and tells. */
export interface InspectOptions {
  readonly signal: AbortSignal;
  /** Bytes that the content may have, unpacked: more could not be stored. */
  readonly room: number;
  readonly onBytes: (count: number) => void;
}

/**
 * Reads an archive whole, keeping its documents and the digest of everything else, before anything of it is stored.
 * @throws ArchiveError naming the member that is not what its name says, or is too much
 */
export async function inspect(source: ImportSource, options: InspectOptions): Promise<Inspected> {
  const files = new Map<string, SeenFile>();
  const links = new Map<string, string>();
  let kept = 0;
  let room = options.room;
  for await (const { path, link, size, content } of source.members(options.signal, options.room)) {
    if (link !== undefined) {
      links.set(path, link);
      continue;
    }
    room -= size;
    if (room < 0) throw tooMuch(options.room, path);
    const seen = await look(path, size, content, options.onBytes);
    kept += seen.document?.length ?? 0;
    if (kept > DOCUMENTS_LIMIT) throw new ArchiveError('it has more than 64 MiB of JSON documents');
    files.set(path, seen);
  }
  return {
    paths: [...files.keys(), ...links.keys()],
    file: (path) => follow(path, files, links),
  };
}

async function look(
  path: string,
  size: number,
  content: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
): Promise<SeenFile> {
  const named = digestInName(path);
  const algorithm: DigestAlgorithm = named?.startsWith('sha512:') === true ? 'sha512' : 'sha256';
  const hash = createHash(algorithm);
  const pieces: Buffer[] = [];
  let first: Buffer | undefined;
  let isDocument = size <= DOCUMENT_LIMIT;
  for await (const piece of content) {
    hash.update(piece);
    onBytes(piece.length);
    if (first === undefined) {
      first = Buffer.from(piece.subarray(0, MAGIC_LENGTH));
      isDocument &&= piece[0] === 0x7b || piece[0] === 0x5b;
    }
    if (isDocument) pieces.push(Buffer.from(piece));
  }
  const digest = `${algorithm}:${hash.digest('hex')}` as Digest;
  if (named !== undefined && named !== digest) {
    throw new ArchiveError(`${shown(path)} is damaged: its content is ${digest}`);
  }
  const document = isDocument ? Buffer.concat(pieces) : undefined;
  return { path, digest, size, packing: packingOf(first ?? Buffer.alloc(0)), document };
}

/** What the name of a member says of its content: in an image layout, and `HEX.json` or `HEX.tar` of Docker and skopeo. */
function digestInName(path: string): Digest | undefined {
  const [, algorithm = '', encoded = ''] = /^blobs\/([a-z0-9]+)\/([a-f0-9]+)$/.exec(path) ?? [];
  const flat = /^([a-f0-9]{64})\.(?:json|tar)$/.exec(path)?.[1];
  const digest = flat === undefined ? `${algorithm}:${encoded}` : `sha256:${flat}`;
  return isDigest(digest) ? digest : undefined;
}

function follow(
  path: string,
  files: ReadonlyMap<string, SeenFile>,
  links: ReadonlyMap<string, string>,
): SeenFile | undefined {
  let at = memberName(path);
  for (let count = 0; count <= LINKS_LIMIT && at !== undefined; count += 1) {
    const file = files.get(at);
    if (file !== undefined) return file;
    at = links.get(at);
  }
  return undefined;
}

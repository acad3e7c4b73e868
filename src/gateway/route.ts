import { type Digest, isDigest, parseDigest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import { isHost, isTag, parseRepository } from '../oci/name.js';

/** What a manifest is asked for by. */
export type ManifestReference =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'digest'; readonly digest: Digest };

/** An endpoint of the OCI distribution API (specification 1.1, "Endpoints"), or one of ours, with what the path names checked. */
export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: ManifestReference }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: Digest }
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly id: string }
  | { readonly kind: 'referrers'; readonly name: string; readonly digest: Digest }
  /** The script that has a guest's engines use the mirror. Not of the specification. */
  | { readonly kind: 'setup' }
  /** What was asked for of a probe image. Not of the specification. */
  | { readonly kind: 'probe'; readonly nonce: string };

const PROBE = /^\/probe\/([0-9a-f]{32})$/;
const UPLOAD_ID = /^[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}$/;

/**
 * The endpoint a request path means; undefined when it is none. The path is percent-decoded once, after splitting at its slashes,
 * so that an encoded slash can never move a boundary.
 * @throws OciError `NAME_INVALID`, `TAG_INVALID`, `DIGEST_INVALID` or `BLOB_UPLOAD_UNKNOWN`
 */
export function parseRoute(path: string): Route | undefined {
  if (path === '/v2' || path === '/v2/') return { kind: 'base' };
  if (!path.startsWith('/v2/')) return otherRoute(path);
  const parts = path.slice(4).split('/').map(decode);
  if (parts.length === 1 && parts[0] === '_catalog') return { kind: 'catalog' };
  return uploadRoute(parts) ?? plainRoute(parts);
}

function otherRoute(path: string): Route | undefined {
  if (path === '/setup.sh') return { kind: 'setup' };
  const nonce = PROBE.exec(path)?.[1];
  return nonce === undefined ? undefined : { kind: 'probe', nonce };
}

function plainRoute(parts: readonly string[]): Route | undefined {
  const last = parts.at(-1) ?? '';
  const name = () => parseName(parts.slice(0, -2));
  switch (parts.at(-2)) {
    case 'tags':
      return last === 'list' ? { kind: 'tags', name: name() } : undefined;
    case 'manifests':
      return { kind: 'manifest', name: name(), reference: parseManifestReference(last) };
    case 'blobs':
      return { kind: 'blob', name: name(), digest: parseDigest(last) };
    case 'referrers':
      return { kind: 'referrers', name: name(), digest: parseDigest(last) };
    default:
      return undefined;
  }
}

function uploadRoute(parts: readonly string[]): Route | undefined {
  const [blobs, uploads, id] = parts.slice(-3);
  if (blobs === 'blobs' && uploads === 'uploads') {
    const name = parseName(parts.slice(0, -3));
    if (id === '') return { kind: 'uploads', name };
    if (id !== undefined && UPLOAD_ID.test(id)) return { kind: 'upload', name, id };
    throw new OciError('BLOB_UPLOAD_UNKNOWN', 'there is no such upload');
  }
  if (uploads === 'blobs' && id === 'uploads')
    return { kind: 'uploads', name: parseName(parts.slice(0, -2)) };
  return undefined;
}

/** The first component may be a host with a port (`registry.example.com:5000/app`), which no repository name can have. */
function parseName(components: readonly string[]): string {
  const [first = '', ...rest] = components;
  if (first.includes(':') && isHost(first) && rest.length > 0)
    return `${first}/${parseRepository(rest.join('/'))}`;
  return parseRepository(components.join('/'));
}

function parseManifestReference(text: string): ManifestReference {
  if (isDigest(text)) return { kind: 'digest', digest: text };
  if (text.includes(':')) return { kind: 'digest', digest: parseDigest(text) };
  if (isTag(text)) return { kind: 'tag', tag: text };
  // A manifest by a name that none can have is not there: 404, as Distribution answers and the conformance suite wants.
  throw new OciError('TAG_INVALID', `"${text.slice(0, 140)}" is neither a tag nor a digest`, {
    status: 404,
    hint: 'tags are at most 128 letters, digits, _ . and -, and begin with neither . nor -',
  });
}

/** A part that holds an encoded slash or cannot be decoded stays as it is, and so fails the check that follows. */
function decode(part: string): string {
  if (!part.includes('%')) return part;
  try {
    const decoded = decodeURIComponent(part);
    return decoded.includes('/') ? part : decoded;
  } catch {
    return part;
  }
}

/** The text by which a manifest was asked for. */
export function referenceText(reference: ManifestReference): string {
  return reference.kind === 'tag' ? reference.tag : reference.digest;
}

import { algorithmOf, type Digest, hexOf, parseDigest } from '../oci/digest.js';
import { OCI_INDEX } from '../oci/media-type.js';
import { parseRepository } from '../oci/name.js';
import { readDocument } from './document.js';
import { UpstreamError } from './errors.js';
import { getManifest } from './manifests.js';
import type { RequestOptions } from './port.js';
import type { Question, Session } from './session.js';

const EMPTY = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }));

/** See `Upstream.referrers` (OCI distribution specification 1.1, "Listing referrers" and "Unavailable referrers API"). */
export async function listReferrers(
  session: Session,
  repository: string,
  digest: Digest,
  options: RequestOptions & { artifactType?: string },
): Promise<Buffer> {
  const { artifactType } = options;
  const api = await fromApi(session, repository, digest, options);
  if (api !== undefined) return api.filtered ? api.bytes : filter(session.host, api.bytes, artifactType);
  const tag = `${algorithmOf(digest)}-${hexOf(digest)}`.slice(0, 128);
  try {
    const { bytes } = await getManifest(session, repository, tag, options);
    return filter(session.host, bytes, artifactType);
  } catch (error) {
    if (error instanceof UpstreamError && error.code === 'UPSTREAM_NOT_FOUND') return EMPTY;
    throw error;
  }
}

/** Undefined when the upstream does not have the referrers API: it answers 404, or something that is no index. */
async function fromApi(
  session: Session,
  repository: string,
  digest: Digest,
  options: RequestOptions & { artifactType?: string },
): Promise<{ bytes: Buffer; filtered: boolean } | undefined> {
  parseRepository(repository);
  parseDigest(digest);
  const query =
    options.artifactType === undefined
      ? ''
      : `?${new URLSearchParams({ artifactType: options.artifactType })}`;
  const question: Question = {
    kind: 'document',
    repository,
    path: `${repository}/referrers/${digest}${query}`,
    what: `the referrers of ${session.host}/${repository}@${digest}`,
    method: 'GET',
    headers: { accept: OCI_INDEX },
    accept: ({ status, home }) => status === 200 || (home && [400, 404, 405, 501].includes(status)),
  };
  return session.ask(question, options, async (answer) => {
    const bytes = await readDocument(session, answer, question.what);
    if (answer.status !== 200 || readIndex(bytes) === undefined) return undefined;
    const applied = String(answer.headers['oci-filters-applied'] ?? '').split(',');
    return { bytes, filtered: applied.some((each) => each.trim() === 'artifactType') };
  });
}

/** The index with only the referrers of a type; the very same bytes when there is nothing to leave out. */
function filter(host: string, bytes: Buffer, artifactType: string | undefined): Buffer {
  const index = readIndex(bytes);
  if (index === undefined) {
    throw new UpstreamError('UPSTREAM_INVALID', host, `what ${host} sent as referrers is no index`);
  }
  if (artifactType === undefined) return bytes;
  const manifests = index.manifests.filter((each) => each?.artifactType === artifactType);
  if (manifests.length === index.manifests.length) return bytes;
  return Buffer.from(JSON.stringify({ ...index, manifests }));
}

function readIndex(bytes: Buffer): { manifests: ({ artifactType?: unknown } | null)[] } | undefined {
  try {
    const document = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(document?.manifests) ? document : undefined;
  } catch {
    return undefined;
  }
}

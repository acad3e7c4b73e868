import type { Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import { beginBlob } from './blob-headers.js';
import type { Context } from './context.js';
import { type Exchange, header, headersOnly } from './exchange.js';
import { sendJson } from './lists.js';
import { etagOf } from './not-modified.js';
import { PROBE_ARCHITECTURES, type ProbeContent, probeImage } from './probe-image.js';
import { type ManifestReference, referenceText } from './route.js';

/** Probes that are remembered, and programs of each: anybody may ask for any number of them. */
const REMEMBERED = 500;
const AGENTS = 8;

/** What was asked for of a probe image: the proof that an engine's pull came here. */
export interface ProbeRecord {
  /** Requests for its manifest, and for its config and layer. */
  readonly manifests: number;
  readonly blobs: number;
  /** What the programs that asked call themselves, at most 8. */
  readonly agents: readonly string[];
}

/** The requests for probe images since the mirror started, the latest 500 images. */
export class Probes {
  readonly #records = new Map<string, ProbeRecord>();

  record(nonce: string): ProbeRecord {
    return this.#records.get(nonce) ?? { manifests: 0, blobs: 0, agents: [] };
  }

  note(nonce: string, what: 'manifests' | 'blobs', agent: string | undefined): void {
    const record = this.record(nonce);
    const agents = new Set([...record.agents, ...(agent === undefined ? [] : [agent.slice(0, 200)])]);
    const [oldest] = this.#records.size >= REMEMBERED ? this.#records.keys() : [];
    if (oldest !== undefined && !this.#records.has(nonce)) this.#records.delete(oldest);
    this.#records.delete(nonce);
    this.#records.set(nonce, { ...record, [what]: record[what] + 1, agents: [...agents].slice(0, AGENTS) });
  }
}

/** GET of `/probe/NONCE`: what was asked for of that image. */
export async function serveProbeRecord(context: Context, exchange: Exchange, nonce: string): Promise<void> {
  exchange.response.setHeader('Cache-Control', 'no-store');
  sendJson(exchange, { nonce, ...context.probes.record(nonce) }, 'application/json');
}

/**
 * GET and HEAD of a probe image's manifest; its tags are architectures.
 * @throws OciError `MANIFEST_UNKNOWN`
 */
export async function serveProbeManifest(
  context: Context,
  exchange: Exchange,
  nonce: string,
  reference: ManifestReference,
): Promise<void> {
  const wanted = referenceText(reference);
  const architecture = PROBE_ARCHITECTURES.find(
    (each) => each === wanted || probeImage(nonce, each).manifest.digest === wanted,
  );
  if (architecture === undefined) {
    throw new OciError('MANIFEST_UNKNOWN', `a probe image has no ${wanted}`, {
      hint: `its tags are ${PROBE_ARCHITECTURES.join(', ')}`,
    });
  }
  const { manifest } = probeImage(nonce, architecture);
  context.probes.note(nonce, 'manifests', header(exchange, 'user-agent'));
  exchange.digest = manifest.digest;
  exchange.outcome = 'hit';
  exchange.response.writeHead(200, {
    'Content-Type': manifest.mediaType,
    'Content-Length': manifest.bytes.length,
    'Docker-Content-Digest': manifest.digest,
    ETag: etagOf(manifest.digest),
  });
  sendBytes(exchange, manifest.bytes);
}

/**
 * GET and HEAD of a probe image's config or layer.
 * @throws OciError `BLOB_UNKNOWN`, `RANGE_INVALID`
 */
export async function serveProbeBlob(
  context: Context,
  exchange: Exchange,
  nonce: string,
  digest: Digest,
): Promise<void> {
  const blob = blobOf(nonce, digest);
  if (blob === undefined) throw new OciError('BLOB_UNKNOWN', 'a probe image has no such blob');
  context.probes.note(nonce, 'blobs', header(exchange, 'user-agent'));
  exchange.outcome = 'hit';
  const { start, end } = beginBlob(exchange, digest, blob.bytes.length);
  sendBytes(exchange, blob.bytes.subarray(start, end + 1));
}

function blobOf(nonce: string, digest: Digest): ProbeContent | undefined {
  return PROBE_ARCHITECTURES.flatMap((each) => probeImage(nonce, each).blobs).find(
    (blob) => blob.digest === digest,
  );
}

function sendBytes(exchange: Exchange, bytes: Buffer): void {
  if (headersOnly(exchange)) {
    exchange.response.end();
    return;
  }
  exchange.sent = bytes.length;
  exchange.response.end(bytes);
}

import { type Digest, parseDigest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import { parseChunkRange } from '../oci/range.js';
import { DigestMismatchError } from '../store/errors.js';
import type { Upload } from '../store/port.js';
import type { Context } from './context.js';
import { bodyOf, type Exchange, header } from './exchange.js';
import { locationOf } from './locations.js';
import { mountBlob } from './mounts.js';

/**
 * POST of an upload (OCI distribution specification 1.1, end-4a, end-4b, end-11): mounts the blob, takes it in one go, or
 * begins an upload.
 * @throws OciError
 */
export async function beginUpload(context: Context, exchange: Exchange, name: string): Promise<void> {
  const mount = exchange.query.get('mount');
  if (mount !== null) {
    const digest = parseDigest(mount);
    const from = exchange.query.get('from') ?? undefined;
    if (await mountBlob(context.store, name, digest, from)) return created(context, exchange, name, digest);
  }
  const digest = exchange.query.get('digest');
  const expected = digest === null ? undefined : parseDigest(digest);
  const upload = await context.store.uploads.create(name);
  await answerAfterClose(upload, async () => {
    if (expected === undefined) return () => accepted(context, exchange, upload);
    try {
      await receive(exchange, upload);
      return await commit(context, exchange, upload, expected);
    } catch (error) {
      await upload.cancel();
      throw error;
    }
  });
}

/** PATCH: the next chunk (end-5). */
export async function appendUpload(
  context: Context,
  exchange: Exchange,
  name: string,
  id: string,
): Promise<void> {
  await withUpload(context, name, id, async (upload) => {
    checkChunk(context, exchange, upload);
    await receive(exchange, upload);
    return () => accepted(context, exchange, upload);
  });
}

/** PUT: perhaps a last chunk, then the end (end-6). */
export async function finishUpload(
  context: Context,
  exchange: Exchange,
  name: string,
  id: string,
): Promise<void> {
  const text = exchange.query.get('digest');
  if (text === null) {
    throw new OciError('DIGEST_INVALID', 'the digest is missing', {
      hint: 'append ?digest=sha256:… to the URL',
    });
  }
  const digest = parseDigest(text);
  await withUpload(context, name, id, async (upload) => {
    checkChunk(context, exchange, upload);
    await receive(exchange, upload);
    return commit(context, exchange, upload, digest);
  });
}

/** GET: how far an upload is (end-13). */
export async function describeUpload(
  context: Context,
  exchange: Exchange,
  name: string,
  id: string,
): Promise<void> {
  await withUpload(context, name, id, async (upload) => () => {
    exchange.response.writeHead(204, progressHeaders(context, exchange, upload));
    exchange.response.end();
  });
}

/** DELETE: cancels an upload (end-14). */
export async function cancelUpload(
  context: Context,
  exchange: Exchange,
  name: string,
  id: string,
): Promise<void> {
  await withUpload(context, name, id, async (upload) => {
    await upload.cancel();
    return () => {
      exchange.outcome = 'deleted';
      exchange.response.writeHead(204, { 'Docker-Upload-UUID': id });
      exchange.response.end();
    };
  });
}

async function withUpload(
  context: Context,
  name: string,
  id: string,
  work: (upload: Upload) => Promise<() => void>,
): Promise<void> {
  const upload = await context.store.uploads.open(name, id);
  if (upload === undefined) throw new OciError('BLOB_UPLOAD_UNKNOWN', `there is no upload ${id} in ${name}`);
  await answerAfterClose(upload, () => work(upload));
}

/** Answers when the upload has been let go, because the client may go on with it at once. */
async function answerAfterClose(upload: Upload, work: () => Promise<() => void>): Promise<void> {
  let answer: () => void;
  try {
    answer = await work();
  } finally {
    await upload.close();
  }
  answer();
}

/** A chunk begins where the last one ended, and its length is what its header says. */
function checkChunk(context: Context, exchange: Exchange, upload: Upload): void {
  const text = header(exchange, 'content-range');
  if (text === undefined) return;
  const range = parseChunkRange(text);
  const length = header(exchange, 'content-length');
  const fits =
    range !== undefined && (length === undefined || Number(length) === range.end + 1 - range.start);
  if (!fits) {
    throw new OciError('BLOB_UPLOAD_INVALID', `"${text.slice(0, 60)}" does not describe this chunk`, {
      hint: 'Content-Range: START-END, both inclusive, with a Content-Length of END - START + 1',
    });
  }
  if (range.start !== upload.offset) {
    throw new OciError('RANGE_INVALID', `the next chunk begins at ${upload.offset}, not at ${range.start}`, {
      headers: progressHeaders(context, exchange, upload),
    });
  }
}

/** Appends the request's body. What arrived before a client left stays, for it to go on from. */
async function receive(exchange: Exchange, upload: Upload): Promise<void> {
  for await (const chunk of bodyOf(exchange)) await upload.append(chunk);
}

async function commit(
  context: Context,
  exchange: Exchange,
  upload: Upload,
  digest: Digest,
): Promise<() => void> {
  try {
    await upload.commit(digest);
  } catch (error) {
    if (!(error instanceof DigestMismatchError)) throw error;
    throw new OciError('DIGEST_INVALID', error.message, { cause: error });
  }
  return () => created(context, exchange, upload.repository, digest);
}

function created(context: Context, exchange: Exchange, name: string, digest: Digest): void {
  exchange.outcome = 'pushed';
  exchange.digest = digest;
  context.alarm.clear();
  exchange.response.writeHead(201, {
    Location: locationOf(context, exchange, `/v2/${name}/blobs/${digest}`),
    'Docker-Content-Digest': digest,
    'Content-Length': 0,
  });
  exchange.response.end();
}

function accepted(context: Context, exchange: Exchange, upload: Upload): void {
  exchange.response.writeHead(202, { ...progressHeaders(context, exchange, upload), 'Content-Length': 0 });
  exchange.response.end();
}

/** `Range` is inclusive, so nothing yet and one byte look alike (`0-0`), as in Distribution. */
function progressHeaders(context: Context, exchange: Exchange, upload: Upload): Record<string, string> {
  return {
    Location: locationOf(context, exchange, `/v2/${upload.repository}/blobs/uploads/${upload.id}`),
    Range: `0-${Math.max(0, upload.offset - 1)}`,
    'Docker-Upload-UUID': upload.id,
  };
}

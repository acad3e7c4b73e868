import type { Digest } from '../oci/digest.js';
import { OciError } from '../oci/error-code.js';
import { DigestMismatchError } from '../store/errors.js';
import type { BlobHandle } from '../store/port.js';
import { isBackground } from './background.js';
import { beginBlob, blobHeaders, isWhole } from './blob-headers.js';
import { describeRemote, describeStored, openBlob } from './blob-lookup.js';
import { BodyWriter } from './body-writer.js';
import { cacheStatus } from './cache-status.js';
import type { Context } from './context.js';
import { type Exchange, headersOnly } from './exchange.js';
import { readHot } from './hot-reads.js';
import type { Target } from './naming.js';
import { answerNotModified, matches } from './not-modified.js';
import { askingNobody, onlyIfCached } from './only-if-cached.js';
import { probing, pushProbe } from './push-probe.js';
import { sendArriving } from './send-arriving.js';
import { hashingInspector, sendReads } from './send-body.js';

/**
 * GET and HEAD of a blob (OCI distribution specification 1.1, end-2; RFC 9110 §14 for ranges). With `Cache-Control: only-if-cached` no
 * upstream is asked.
 * @throws OciError before the headers were sent; afterwards whatever ended the body
 */
export async function serveBlob(
  given: Context,
  exchange: Exchange,
  target: Target,
  digest: Digest,
): Promise<void> {
  const context = onlyIfCached(exchange) ? askingNobody(given) : given;
  if (headersOnly(exchange)) return describe(context, exchange, target, digest);
  const source = await openBlob(context, target, digest, isBackground(exchange));
  if (source.kind === 'stored') return serveStored(context, exchange, digest, source.handle);
  exchange.outcome = source.joined ? 'joined' : 'miss';
  exchange.upstream = source.remote.upstream.host;
  await sendArriving(context, exchange, source.remote, digest, source.transfer, source.reader);
  exchange.response.end();
}

async function describe(context: Context, exchange: Exchange, target: Target, digest: Digest): Promise<void> {
  const unknown = new OciError('BLOB_UNKNOWN', `${digest} is not in ${target.named}`);
  const { size, stored } =
    (await describeStored(context, target, digest)) ??
    (await probing(await pushProbe(context, exchange, target), unknown, () =>
      describeRemote(context, target, digest),
    ));
  exchange.outcome = stored ? 'hit' : 'passed';
  if (!stored) exchange.upstream = target.remote?.upstream.host;
  if (matches(exchange, digest)) return answerNotModified(exchange, digest);
  const length = size === undefined ? {} : { 'Content-Length': size };
  exchange.response.writeHead(200, { ...blobHeaders(digest), ...cacheStatus(exchange.outcome), ...length });
  exchange.response.end();
}

async function serveStored(
  context: Context,
  exchange: Exchange,
  digest: Digest,
  handle: BlobHandle,
): Promise<void> {
  exchange.outcome = 'hit';
  try {
    if (matches(exchange, digest)) return answerNotModified(exchange, digest);
    const range = beginBlob(exchange, digest, handle.size);
    const { identity, size } = handle;
    const whole = isWhole(range, size);
    const inspect =
      !whole || context.verified.has(digest, identity)
        ? undefined
        : hashingInspector(digest, size, () => context.verified.add(digest, identity));
    if (size === 0) inspect?.(Buffer.alloc(0), 0);
    const source = context.hot.has(digest, identity)
      ? readHot(handle, () => context.hot.forget(digest))
      : handle;
    await sendReads(new BodyWriter(exchange), context.pool, source, range, inspect);
    if (whole) context.hot.note(digest, identity, size);
    exchange.response.end();
  } catch (error) {
    if (error instanceof DigestMismatchError) await quarantine(context, digest, handle.identity, error);
    throw error;
  } finally {
    await handle.close();
  }
}

/** Puts the copy aside that was read, and no other: who read it at the same time may have had it put aside and fetched again. */
async function quarantine(
  context: Context,
  digest: Digest,
  identity: string,
  error: DigestMismatchError,
): Promise<void> {
  context.logger.error({ err: error, digest }, 'a stored blob is damaged; it is put aside');
  context.verified.delete(digest);
  try {
    const current = await context.store.blobs.open(digest);
    await current?.close();
    if (current?.identity === identity) await context.store.blobs.quarantine(digest);
  } catch (failure) {
    context.alarm.raise(failure);
  }
}

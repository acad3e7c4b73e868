import { createHash, type Hash } from 'node:crypto';
import { algorithmOf, type Digest } from '../oci/digest.js';
import type { ByteRange } from '../oci/range.js';
import { isBackground } from './background.js';
import { beginBlob, beginUnsizedBlob, isWhole } from './blob-headers.js';
import { BodyWriter } from './body-writer.js';
import type { Context } from './context.js';
import type { Exchange } from './exchange.js';
import type { Remote } from './naming.js';
import { type Batches, openResumingBody, type ResumingBody } from './resuming-body.js';
import { sendChunks } from './send-body.js';
import { asOciError } from './upstream-answer.js';

/**
 * Sends bytes of a blob straight from the upstream, after the headers, without the store.
 * @param hash over everything before `range`, when the range ends the blob and the whole can be verified (I1)
 */
export async function passRange(
  context: Context,
  exchange: Exchange,
  remote: Remote,
  digest: Digest,
  range: ByteRange,
  hash: Hash | undefined,
): Promise<void> {
  exchange.outcome = 'passed';
  const { start } = range;
  const end = Number.isFinite(range.end) ? { end: range.end } : {};
  const request = { remote, digest, start, ...end, signal: exchange.gone };
  const body = await openResumingBody(request, context.patience);
  const batches = atItsPace(context, exchange, body.batches);
  await sendChunks(new BodyWriter(exchange), batches, hash === undefined ? undefined : { hash, digest });
}

/**
 * Answers a whole request for a blob straight from the upstream, because the store cannot take it.
 * @throws OciError before the headers were sent; afterwards whatever ended the body
 */
export async function passBlob(
  context: Context,
  exchange: Exchange,
  remote: Remote,
  digest: Digest,
): Promise<void> {
  exchange.outcome = 'passed';
  const body = await open(context, exchange, remote, digest);
  let range: ByteRange;
  try {
    range =
      body.size === undefined ? beginUnsizedBlob(exchange, digest) : beginBlob(exchange, digest, body.size);
  } catch (error) {
    body.close();
    throw error;
  }
  if (!isWhole(range, body.size)) {
    body.close();
    return passRange(context, exchange, remote, digest, range, undefined);
  }
  const hash = createHash(algorithmOf(digest));
  await sendChunks(new BodyWriter(exchange), atItsPace(context, exchange, body.batches), { hash, digest });
}

/** What is fetched in the background keeps to the limit, whether it is stored or not. */
function atItsPace({ background }: Context, exchange: Exchange, batches: Batches): Batches {
  return background === undefined || !isBackground(exchange)
    ? batches
    : background.pace(batches, exchange.gone);
}

async function open(
  context: Context,
  exchange: Exchange,
  remote: Remote,
  digest: Digest,
): Promise<ResumingBody> {
  try {
    return await openResumingBody({ remote, digest, start: 0, signal: exchange.gone }, context.patience);
  } catch (error) {
    throw asOciError(error, 'BLOB_UNKNOWN');
  }
}

import type { Hash } from 'node:crypto';
import type { Digest } from '../oci/digest.js';
import type { ByteRange } from '../oci/range.js';
import { beginBlob, beginUnsizedBlob, isWhole } from './blob-headers.js';
import { BodyWriter } from './body-writer.js';
import type { BufferPool } from './buffer-pool.js';
import type { Context } from './context.js';
import type { Exchange } from './exchange.js';
import { headOf } from './growth.js';
import type { Remote } from './naming.js';
import { answerNotModified, matches } from './not-modified.js';
import { passBlob, passRange } from './pass-through.js';
import { sendReads } from './send-body.js';
import type { Transfer, TransferReader } from './transfer.js';
import { asOciError } from './upstream-answer.js';

/** A range that begins so far beyond what has arrived is fetched by itself; nearer ones wait. Bytes. */
const FAR_AHEAD = 16 * 1024 * 1024;

/**
 * Sends a blob that is still arriving, from the first byte, as it comes in.
 * @param remote where to go on when the store fails, or the range is far ahead
 * @throws OciError before the headers were sent; afterwards whatever ended the body
 */
export async function sendArriving(
  context: Context,
  exchange: Exchange,
  remote: Remote,
  digest: Digest,
  transfer: Transfer,
  reader: TransferReader,
): Promise<void> {
  const leave = () => reader.cancel(exchange.gone.reason);
  exchange.gone.addEventListener('abort', leave, { once: true });
  try {
    await untilOpened(exchange, transfer);
    if (matches(exchange, digest)) return answerNotModified(exchange, digest);
    const { size } = transfer;
    if (size === undefined && transfer.detached) return await passBlob(context, exchange, remote, digest);
    const range = size === undefined ? beginUnsizedBlob(exchange, digest) : beginBlob(exchange, digest, size);
    if (range.start > transfer.received + FAR_AHEAD) {
      return await passRange(context, exchange, remote, digest, range, undefined);
    }
    // A client that waits for bytes still to come learns that they will.
    if (range.start > 0 && range.start >= transfer.received) exchange.response.flushHeaders();
    const position = await follow(context.pool, exchange, reader, range, size);
    if (position.detached !== undefined) {
      const rest = { start: position.at, end: range.end };
      const hash = isWhole(range, size) ? position.detached : undefined;
      await passRange(context, exchange, remote, digest, rest, hash);
    }
  } finally {
    exchange.gone.removeEventListener('abort', leave);
    reader.leave();
  }
}

/** Where a reader stands after following a transfer; with a hash when it must go on without the store. */
interface Standing {
  readonly at: number;
  readonly detached: Hash | undefined;
}

/** Sends what is there and waits for more, until the range is done, the body ends, or the store fails. */
async function follow(
  pool: BufferPool,
  exchange: Exchange,
  reader: TransferReader,
  range: ByteRange,
  size: number | undefined,
): Promise<Standing> {
  const writer = new BodyWriter(exchange);
  let at = range.start;
  // An empty body is complete without a byte, so it waits for the verdict all the same (I1).
  while (at <= range.end || size === 0) {
    const delivery = await reader.next(at);
    if (delivery.kind === 'end') break;
    if (delivery.kind === 'detached') {
      await writer.flush();
      return { at, detached: delivery.hash };
    }
    const left = range.end + 1 - at;
    if (delivery.kind === 'bytes') {
      const chunks = headOf(delivery.chunks, left);
      await writer.write(...chunks);
      for (const { length } of chunks) at += length;
    } else {
      const end = at + Math.min(delivery.length, left) - 1;
      await sendReads(writer, pool, reader, { start: at, end });
      at = end + 1;
    }
  }
  await writer.flush();
  return { at, detached: undefined };
}

/** Waits for the upstream's answer, but no longer than the client does. */
async function untilOpened(exchange: Exchange, transfer: Transfer): Promise<void> {
  const { gone } = exchange;
  if (gone.aborted) throw gone.reason;
  await new Promise<void>((resolve, reject) => {
    const left = () => reject(gone.reason);
    gone.addEventListener('abort', left, { once: true });
    transfer.opened
      .then(resolve, (error: unknown) => reject(asOciError(error, 'BLOB_UNKNOWN')))
      .finally(() => gone.removeEventListener('abort', left));
  });
}

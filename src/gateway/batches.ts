import type { Readable } from 'node:stream';

/**
 * The chunks of a stream, each time all that have arrived: what came while the last ones were written is written in one go.
 * Not copied, unlike what a stream's own iterator gives. Stopping early destroys the stream.
 * @param most how many chunks are given at once at most, asked each time; all when absent
 * @throws what ended the stream
 */
export async function* batchesOf(
  stream: Readable,
  most: () => number = () => Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly Buffer[], void, undefined> {
  let wake = () => {};
  let end: { readonly error: unknown } | undefined;
  const settle = (error: unknown) => {
    end ??= { error };
    wake();
  };
  const onReadable = () => wake();
  const onClose = () => settle(stream.readableEnded ? undefined : new Error('the stream was closed early'));
  stream.on('readable', onReadable);
  stream.once('end', onClose).once('close', onClose).once('error', settle);
  // What ended before anybody listened says so no more.
  if (stream.errored !== null) settle(stream.errored);
  else if (stream.closed) onClose();
  try {
    for (;;) {
      const batch = take(stream, most());
      if (batch.length > 0) yield batch;
      else if (end !== undefined) {
        if (end.error !== undefined) throw end.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stream.off('readable', onReadable);
    stream.destroy();
  }
}

function take(stream: Readable, most: number): Buffer[] {
  const batch: Buffer[] = [];
  while (batch.length < most) {
    const chunk = stream.read();
    if (chunk === null) break;
    if (chunk.length > 0) batch.push(chunk);
  }
  return batch;
}

import type { Readable } from 'node:stream';

/**
 * The chunks of a stream, each time all that have arrived: what came while the last ones were written is written in one go.
 * Not copied, unlike what a stream's own iterator gives. Stopping early destroys the stream.
 * @throws what ended the stream
 */
export async function* batchesOf(stream: Readable): AsyncGenerator<readonly Buffer[], void, undefined> {
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
      const batch = takeAll(stream);
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

function takeAll(stream: Readable): Buffer[] {
  const batch: Buffer[] = [];
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) {
    if (chunk.length > 0) batch.push(chunk);
  }
  return batch;
}

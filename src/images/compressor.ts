import { gzipTo } from './compress/gzip.js';
import { zstdTo } from './compress/zstd.js';

/** How an archive is compressed. */
export type Compression = 'gzip' | 'zstd' | 'none';

/** What the names of archives end in. */
export const EXTENSIONS: Readonly<Record<Compression, string>> = {
  gzip: '.tar.gz',
  zstd: '.tar.zst',
  none: '.tar',
};

/** Where compressed bytes go; a chunk is good until the promise resolves. */
export type Sink = (chunk: Buffer) => Promise<void>;

/** Compresses what is written to it, chunk by chunk, the same bytes for the same chunks. */
export interface Compressor {
  /**
   * Resolves when the chunk may be used again.
   * @param packed whether the bytes are compressed already: then they are only wrapped, which is many times as fast and hardly
   * larger
   */
  write(chunk: Buffer, packed: boolean): Promise<void>;
  /** Resolves when the last byte is in the sink. */
  end(): Promise<void>;
  /** Gives up. */
  destroy(): void;
}

/** Makes a compressor. */
export async function createCompressor(
  compression: Compression,
  sink: Sink,
  signal: AbortSignal,
): Promise<Compressor> {
  if (compression === 'none') {
    return { write: sink, end: async () => undefined, destroy: () => undefined };
  }
  return compression === 'gzip' ? await gzipTo(sink) : zstdTo(sink, signal);
}

/** Takes counted pieces from a stream of bytes. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #left: Buffer = Buffer.alloc(0);
  #position = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes that were taken so far. */
  get position(): number {
    return this.#position;
  }

  /** The next bytes, in one piece; fewer only where the stream ends. */
  async take(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.stream(length)) pieces.push(piece);
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  /** The next bytes, as they come; fewer only where the stream ends. A piece is good until the next one is asked for. */
  async *stream(length: number): AsyncGenerator<Buffer> {
    for (let missing = length; missing > 0; ) {
      const piece = await this.#next();
      if (piece === undefined) return;
      const mine = piece.length <= missing ? piece : piece.subarray(0, missing);
      this.#left = piece.subarray(mine.length);
      this.#position += mine.length;
      missing -= mine.length;
      yield mine;
    }
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(): Promise<Buffer | undefined> {
    while (this.#left.length === 0) {
      const { value, done } = await this.#source.next();
      if (done === true) return undefined;
      this.#left = value;
    }
    return this.#left;
  }
}

/** A line longer than this is cut into pieces, so that a program that never ends a line cannot fill the memory. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Cuts a stream of bytes into lines; a line that is spread over several chunks comes out whole. */
export class LineSplitter {
  readonly #emit: (line: Buffer) => void;
  readonly #maxLine: number;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(emit: (line: Buffer) => void, maxLine = MAX_LINE_BYTES) {
    this.#emit = emit;
    this.#maxLine = maxLine;
  }

  /** Takes the next bytes. Lines come out without their end. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#flush();
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** Gives out a last line that has no end. */
  end(): void {
    if (this.#length > 0) this.#flush();
  }

  #keep(bytes: Buffer): void {
    let rest = bytes;
    while (this.#length + rest.length > this.#maxLine) {
      const room = this.#maxLine - this.#length;
      this.#parts.push(rest.subarray(0, room));
      this.#flush();
      rest = rest.subarray(room);
    }
    if (rest.length === 0) return;
    this.#parts.push(rest);
    this.#length += rest.length;
  }

  #flush(): void {
    this.#emit(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#length = 0;
  }
}

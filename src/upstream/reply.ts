import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** The head of an answer and its body, as it arrives. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: ReplyBody;
}

/** How long a body has to be. */
export interface Expectation {
  readonly bytes: number;
  /** The error when another number of bytes, or more than that, was received. */
  readonly mismatch: (received: number) => Error;
}

/** Chunks, of at most 64 KiB each, kept ready for the reader before the connection is told to wait. */
const CHUNKS_READY = 12;

/**
 * The body of an answer, fed by undici without any stream in between. When the transfer fails, the reader first gets everything that
 * arrived and then the error, so that who resumes does not fetch a byte twice. Destroying it ends the request.
 */
export class ReplyBody extends Readable {
  /** Resolved by the first byte or the end, rejected when neither comes. */
  readonly started: Promise<void>;
  #settleStarted: (error?: Error) => void = () => undefined;
  #received = 0;
  #over = false;
  #failure: Error | undefined;

  constructor(
    readonly controller: Dispatcher.DispatchController,
    readonly translate: (error: Error) => Error,
    readonly expectation: Expectation | undefined,
  ) {
    // As objects, because a stream of bytes copies several chunks together when they are read.
    super({ objectMode: true, highWaterMark: CHUNKS_READY });
    this.started = new Promise((resolve, reject) => {
      this.#settleStarted = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Who does not wait for the start learns of the error from the stream; and a stream that nobody reads yet must not end the process.
    this.started.catch(() => undefined);
    this.on('error', () => undefined);
  }

  /** A piece arrived. */
  accept(chunk: Buffer): void {
    // undici hands out empty pieces when it is resumed with nothing at hand.
    if (this.#failure !== undefined || this.destroyed || chunk.length === 0) return;
    this.#received += chunk.length;
    const surplus = this.#received - (this.expectation?.bytes ?? Number.POSITIVE_INFINITY);
    if (surplus > 0) {
      if (surplus < chunk.length) this.push(chunk.subarray(0, chunk.length - surplus));
      this.#refuseLength();
      return;
    }
    if (!this.push(chunk)) this.controller.pause();
    this.#settleStarted();
  }

  /** Everything arrived. */
  finish(): void {
    if (this.#failure !== undefined || this.destroyed) return;
    if (this.expectation !== undefined && this.#received !== this.expectation.bytes) {
      this.#refuseLength();
      return;
    }
    this.#over = true;
    this.push(null);
    this.#settleStarted();
  }

  /** Nothing more will arrive. */
  fail(error: Error): void {
    if (this.#failure !== undefined || this.#over || this.destroyed) return;
    this.#failure = this.translate(error);
    this.#settleStarted(this.#failure);
    if (this.readableLength === 0) this.destroy(this.#failure);
  }

  override _read(): void {
    if (this.#failure === undefined) this.controller.resume();
  }

  /** The error comes with the last piece that arrived before it. */
  override read(size?: number): unknown {
    const piece: unknown = super.read(size);
    if (this.#failure !== undefined && this.readableLength === 0) this.destroy(this.#failure);
    return piece;
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    if (!this.#over) this.controller.abort(error ?? new Error('no longer wanted'));
    this.#settleStarted(error ?? new Error('no longer wanted'));
    callback(error);
  }

  #refuseLength(): void {
    const error = this.expectation?.mismatch(this.#received) ?? new Error('wrong length');
    this.fail(error);
    this.controller.abort(error);
  }
}

/** Reads what an error answer or a redirect has besides its head, if it is little, so that the connection can be used again. */
export async function discard(body: ReplyBody): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length;
      if (bytes > 64 * 1024) break; // Leaving the loop destroys the body.
    }
  } catch {
    // Nobody wanted it.
  }
}

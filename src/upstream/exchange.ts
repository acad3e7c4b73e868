import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { type Expectation, type Reply, ReplyBody } from './reply.js';

/** One HTTP request, without redirects, retries or authentication. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the request, and the body while it arrives. */
  readonly signal: AbortSignal | undefined;
  /** Tells from the head of the answer how long the body has to be, if that can be told. */
  readonly expect?: (status: number, headers: IncomingHttpHeaders) => Expectation | undefined;
}

/** What an exchange needs to know besides the request. */
export interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  /** The request target is the whole URL, as a proxy wants it. */
  readonly absolute: boolean;
  /** Milliseconds to the headers, and between two pieces of the body. */
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  /** Turns an error of the system or of undici into ours. */
  readonly translate: (error: Error) => Error;
}

/** Sends a request and resolves with the head of the answer. Rejects with the signal's reason when it is aborted. */
export function exchange(request: HttpRequest, options: ExchangeOptions): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { signal, url } = request;
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const handler = new ReplyHandler(resolve, reject, options.translate, request);
    const target = `${url.pathname}${url.search}`;
    options.dispatcher.dispatch(
      {
        origin: url.origin,
        path: options.absolute ? `${url.origin}${target}` : target,
        method: request.method,
        headers: request.headers,
        headersTimeout: options.headersTimeout,
        bodyTimeout: options.bodyTimeout,
        // Where the server says that it keeps the connection, a HEAD need not end it, as it would otherwise.
        reset: false,
        ...(request.body === undefined ? {} : { body: request.body }),
      },
      handler,
    );
  });
}

class ReplyHandler implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #body: ReplyBody | undefined;
  readonly #aborted = () => this.#abort();

  constructor(
    readonly resolve: (reply: Reply) => void,
    readonly reject: (error: unknown) => void,
    readonly translate: (error: Error) => Error,
    readonly request: HttpRequest,
  ) {
    request.signal?.addEventListener('abort', this.#aborted, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was given up while it waited for a connection.
    if (this.request.signal?.aborted === true) controller.abort(this.request.signal.reason);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    const expectation = this.request.expect?.(status, headers);
    const body = new ReplyBody(controller, (error) => this.#reason(error), expectation);
    body.once('close', () => this.request.signal?.removeEventListener('abort', this.#aborted));
    this.#body = body;
    this.resolve({ status, headers, body });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body?.accept(chunk);
  }

  onResponseEnd(): void {
    this.#body?.finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#body !== undefined) {
      this.#body.fail(error);
      return;
    }
    this.request.signal?.removeEventListener('abort', this.#aborted);
    this.reject(this.#reason(error));
  }

  #abort(): void {
    const reason: Error = this.request.signal?.reason;
    if (this.#body !== undefined) this.#body.destroy(reason);
    else if (this.#controller !== undefined) this.#controller.abort(reason);
    this.reject(reason);
  }

  #reason(error: Error): Error {
    return this.request.signal?.aborted === true ? this.request.signal.reason : this.translate(error);
  }
}

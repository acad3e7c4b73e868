import type { IncomingMessage, ServerResponse } from 'node:http';
import { MirrorError } from '../errors.js';

/** How a request was answered, for the access log. */
export type Outcome =
  /** From the store. */
  | 'hit'
  /** From the store, after the upstream confirmed the tag. */
  | 'revalidated'
  /** From the store, though the upstream could not confirm the tag. */
  | 'stale'
  /** From the store, as the list of images holds the tag. */
  | 'pinned'
  /** Fetched for this request. */
  | 'miss'
  /** From a transfer that another request began. */
  | 'joined'
  /** From the upstream without being stored: a far range, or a store that cannot take it. */
  | 'passed'
  /** Written by this request. */
  | 'pushed'
  | 'deleted';

/** The client went away before it had everything. Nobody is left to be told. */
export class ClientGoneError extends MirrorError {
  readonly code = 'CLIENT_GONE';

  constructor() {
    super('the client went away');
  }
}

/** One request and its answer, with what the access log will say of it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Who authenticated; undefined when nobody had to. */
  user: string | undefined;
  /** Aborted with a ClientGoneError when the client goes away. */
  readonly gone: AbortSignal;
  repository: string | undefined;
  tag: string | undefined;
  digest: string | undefined;
  upstream: string | undefined;
  outcome: Outcome | undefined;
  /** The code of the error document sent, if one was. */
  error: string | undefined;
  /** Bytes of body sent. */
  sent: number;
}

/** Takes a request in hand. */
export function createExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new ClientGoneError());
  });
  return {
    request,
    response,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    user: undefined,
    gone: gone.signal,
    repository: undefined,
    tag: undefined,
    digest: undefined,
    upstream: undefined,
    outcome: undefined,
    error: undefined,
    sent: 0,
  };
}

/** Whether only the headers are wanted. */
export function headersOnly(exchange: Exchange): boolean {
  return exchange.request.method === 'HEAD';
}

/**
 * The request's body as it comes. Who stops reading early can still answer: the connection stays.
 * @throws ClientGoneError when the client breaks off
 */
export async function* bodyOf(exchange: Exchange): AsyncGenerator<Buffer, void, undefined> {
  const { request } = exchange;
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    if (request.complete || !request.destroyed) throw error;
    throw new ClientGoneError();
  }
}

/** The value of a header that may stand only once. */
export function header(exchange: Exchange, name: string): string | undefined {
  const value = exchange.request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

import { MirrorError } from '../errors.js';
import type { Logger } from '../host/log.js';
import { errorDocument, OciError } from '../oci/error-code.js';
import { ClientGoneError, type Exchange } from './exchange.js';
import { onlyIfCached } from './only-if-cached.js';
import { asOciError } from './upstream-answer.js';

/** How long a client may go on sending what nobody wants, milliseconds. */
const LINGER = 30_000;

/**
 * Ends a request that failed: with an OCI error document, or, when a body had begun, by cutting the connection, so that
 * nobody takes a part for the whole (I1).
 */
export function answerError(logger: Logger, exchange: Exchange, error: unknown): void {
  const { request, response } = exchange;
  if (error instanceof ClientGoneError) {
    response.destroy();
    return;
  }
  const answer = asOciError(error, 'NAME_UNKNOWN');
  const known =
    answer instanceof OciError ? answer : new OciError('UNKNOWN', 'the mirror failed', { cause: error });
  exchange.error = known.code;
  // That something is not here is what such a request wants to know, and no trouble.
  const isAnswer = known.status === 504 && onlyIfCached(exchange);
  if (known.status >= 500 && !isAnswer) report(logger, exchange, known.cause ?? known);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const bytes = Buffer.from(errorDocument(known));
  response.writeHead(known.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.length,
    ...known.headers,
  });
  exchange.sent = request.method === 'HEAD' ? 0 : bytes.length;
  if (request.complete || request.method === 'HEAD') {
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return;
  }
  response.write(bytes);
  linger(exchange);
}

/**
 * Ends the answer when the client has stopped sending: closing the connection before would reset it, and the answer would be lost
 * with it. It is here as a whole already, for clients that look.
 */
function linger({ request, response }: Exchange): void {
  const timer = setTimeout(() => response.end(), LINGER);
  request.once('close', () => {
    clearTimeout(timer);
    response.end();
  });
  request.resume();
}

/** Trouble that has a name is said in a line; where the program itself was surprised, the stack is wanted. */
function report(logger: Logger, exchange: Exchange, error: unknown): void {
  const { repository, tag, digest, upstream } = exchange;
  const about = { repository, tag, digest, upstream };
  if (error instanceof MirrorError) {
    logger.warn({ ...about, code: error.code, error: error.message, hint: error.hint }, 'a request failed');
  } else logger.error({ ...about, err: error }, 'a request failed');
}

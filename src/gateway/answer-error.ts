import { MirrorError } from '../errors.js';
import type { Logger } from '../host/log.js';
import { errorDocument, OciError } from '../oci/error-code.js';
import { ClientGoneError, type Exchange } from './exchange.js';
import { asOciError } from './upstream-answer.js';

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
  if (known.status >= 500) report(logger, exchange, known.cause ?? known);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const bytes = Buffer.from(errorDocument(known));
  // A body that nobody reads would be taken for the next request.
  const unread = request.complete ? {} : { Connection: 'close' };
  response.writeHead(known.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.length,
    ...known.headers,
    ...unread,
  });
  exchange.sent = request.method === 'HEAD' ? 0 : bytes.length;
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Trouble that has a name is said in a line; where the program itself was surprised, the stack is wanted. */
function report(logger: Logger, exchange: Exchange, error: unknown): void {
  const { repository, tag, digest, upstream } = exchange;
  const about = { repository, tag, digest, upstream };
  if (error instanceof MirrorError) {
    logger.warn({ ...about, code: error.code, error: error.message, hint: error.hint }, 'a request failed');
  } else logger.error({ ...about, err: error }, 'a request failed');
}

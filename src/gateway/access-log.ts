import type { Logger } from '../host/log.js';
import type { Exchange } from './exchange.js';

/** Writes one line when a request is over, finished or not. */
export function logWhenOver(logger: Logger, exchange: Exchange): void {
  const began = performance.now();
  const { request, response } = exchange;
  // A connection that was cut has no address any more.
  const client = request.socket.remoteAddress;
  response.once('close', () => {
    logger.info(
      {
        client,
        method: request.method,
        ...(exchange.user === undefined ? {} : { user: exchange.user }),
        repository: exchange.repository,
        tag: exchange.tag,
        digest: exchange.digest,
        upstream: exchange.upstream,
        status: response.headersSent ? response.statusCode : undefined,
        bytes: exchange.sent,
        result: response.writableFinished ? exchange.outcome : 'aborted',
        error: exchange.error,
        duration: Math.round((performance.now() - began) * 10) / 10,
        agent: request.headers['user-agent'],
      },
      'request',
    );
  });
}

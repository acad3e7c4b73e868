import type { Logger } from '../host/log.js';
import { isLoopbackClient } from './client-address.js';
import type { Exchange } from './exchange.js';

/** How docker-mirror names itself when it asks a mirror whether it answers (host/probe.ts). */
const OWN_AGENT = 'docker-mirror';

/** Writes one line when a request is over, finished or not; one of docker-mirror's own looks whether all is well is told to nobody but who debugs. */
export function logWhenOver(logger: Logger, exchange: Exchange): void {
  const began = performance.now();
  const { request, response } = exchange;
  // A connection that was cut has no address any more.
  const client = request.socket.remoteAddress;
  const isOwnLook =
    request.headers['user-agent'] === OWN_AGENT && request.url === '/v2/' && isLoopbackClient(request);
  const level = isOwnLook ? 'debug' : 'info';
  response.once('close', () => {
    logger[level](
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

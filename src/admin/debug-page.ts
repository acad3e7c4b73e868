import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/**
 * Answers `/debug/health` as Distribution does on `http.debug.addr`: 200 and `{}`, or 503 and what is wrong by check.
 * @param problem why the store is unhealthy, if it is
 */
export function createDebugPage(problem: () => string | undefined): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (path !== '/debug/health') {
      response.writeHead(404).end();
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    const found = problem();
    const body = JSON.stringify(found === undefined ? {} : { storagedriver: found });
    response.writeHead(found === undefined ? 200 : 503, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

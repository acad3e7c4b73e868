import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import { startServer, type TestServer } from './http-server.js';

/** What went through. */
export interface CountedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly range: string | undefined;
  readonly status: number;
  /** Bytes of the answer's body that were passed on. */
  readonly bytes: number;
}

/** A reverse proxy that counts what a registry is asked and what it gives. */
export interface CountingRegistryProxy extends TestServer {
  /** Finished requests, oldest first. */
  readonly requests: readonly CountedRequest[];
  /** Bytes of blob bodies passed on so far, for one digest or for all. */
  blobBytes(digest?: string): number;
  /** Blob and manifest requests by method, such as `count('GET', '/manifests/')`. */
  count(method: string, part: string): number;
  /** Makes every request wait that long before it is passed on, in milliseconds. */
  delay: number;
  reset(): void;
}

interface Counter {
  method: string;
  path: string;
  range: string | undefined;
  status: number;
  bytes: number;
}

/** Starts a proxy in front of a registry at `target`, as `http://127.0.0.1:6000`. */
export async function startCountingRegistryProxy(target: string): Promise<CountingRegistryProxy> {
  const requests: Counter[] = [];
  const settings = { delay: 0 };
  const server = await startServer(async (request, response) => {
    if (settings.delay > 0) await new Promise((resolve) => setTimeout(resolve, settings.delay));
    const { method = 'GET', url: path = '/', headers } = request;
    const counter: Counter = { method, path, range: headers.range, status: 0, bytes: 0 };
    requests.push(counter);
    const answer = await forward(target, request);
    counter.status = answer.statusCode ?? 0;
    answer.on('data', (chunk: Buffer) => {
      counter.bytes += chunk.length;
    });
    response.writeHead(counter.status, answer.rawHeaders);
    pipeline(answer, response, () => {});
  });
  return {
    ...server,
    requests,
    blobBytes: (digest = '') =>
      requests
        .filter(
          ({ method, path, status }) => method === 'GET' && status < 300 && path.includes(`/blobs/${digest}`),
        )
        .reduce((sum, { bytes }) => sum + bytes, 0),
    count: (method, part) =>
      requests.filter((counted) => counted.method === method && counted.path.includes(part)).length,
    get delay() {
      return settings.delay;
    },
    set delay(milliseconds: number) {
      settings.delay = milliseconds;
    },
    reset: () => {
      requests.length = 0;
    },
  };
}

/** Passes a request on; the `Host` header stays, so that the registry's own links lead back through the proxy. */
function forward(target: string, request: IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const url = new URL(request.url ?? '/', target);
    const { method = 'GET', headers } = request;
    const outgoing: ClientRequest = httpRequest(url, { method, headers, agent: false }, resolve);
    outgoing.once('error', reject);
    pipeline(request, outgoing, (error) => {
      if (error) outgoing.destroy(error);
    });
  });
}

/**
 * The upstream of the bench, run as a process of its own: the pull side of the registry API from memory, counting the body
 * bytes it sends. Started by fork; its argument is the JSON of {@link UpstreamSettings}.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DOCKER_MANIFEST } from '#src/oci/media-type.js';
import { type Catalog, type Content, makeContent, type ShelfSizes } from '../content.js';
import type { Sizes } from '../sizes.js';
import { type Link, makeLink } from './link.js';

export interface UpstreamSettings {
  readonly seed: string;
  readonly sizes: Sizes;
  /** Images besides; none when absent. */
  readonly shelf?: ShelfSizes;
}

/** What has left since the last reset. */
export interface Counts {
  /** Body bytes of GET responses, as far as they went onto the socket. */
  readonly bytes: number;
  readonly gets: number;
  readonly heads: number;
}

export type UpstreamRequest =
  | {
      readonly kind: 'reset';
      readonly megabits: number;
      /** Milliseconds before each answer; none when absent. */
      readonly latency?: number;
    }
  /** Answered once nothing is being sent any more, since a server may go on fetching when its client is done. */
  | { readonly kind: 'counts' };

export type UpstreamReply =
  | { readonly kind: 'ready'; readonly port: number; readonly catalog: Catalog }
  | { readonly kind: 'reset' }
  | { readonly kind: 'counts'; readonly counts: Counts };

interface State {
  counts: { bytes: number; gets: number; heads: number };
  link: Link;
  latency: number;
  active: number;
  /** When the last response ended, in `performance.now()` time. */
  quietSince: number;
}

const PIECE = 256 * 1024;
const QUIET_MS = 300;
const PATH = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/;

function serve(content: Content, state: State, request: IncomingMessage, response: ServerResponse): void {
  const isGet = request.method === 'GET';
  if (isGet) state.counts.gets += 1;
  else state.counts.heads += 1;
  const { pathname } = new URL(request.url ?? '/', 'http://upstream.invalid');
  response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
  if (pathname === '/v2/') {
    response.end('{}');
    return;
  }
  const [, repository = '', kind, reference = ''] = PATH.exec(pathname) ?? [];
  const shelved = kind === 'manifests' ? content.shelf.get(`${repository}/${reference}`) : undefined;
  if (shelved !== undefined) {
    response.setHeader('Content-Type', DOCKER_MANIFEST);
    send(state, request, response, shelved.digest, shelved.parts, shelved.size);
    return;
  }
  const { manifest, tag } = {
    manifest: content.catalog.image.manifest.digest,
    tag: content.catalog.image.tag,
  };
  if (kind === 'manifests' && (reference === tag || reference === manifest)) {
    response.setHeader('Content-Type', DOCKER_MANIFEST);
    send(state, request, response, manifest, [content.manifest], content.manifest.length);
    return;
  }
  const blob = kind === 'blobs' ? content.blobs.get(reference) : undefined;
  if (blob === undefined) {
    response.writeHead(404, { 'Content-Type': 'application/json' });
    const code = kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN';
    response.end(JSON.stringify({ errors: [{ code, message: 'not here' }] }));
    return;
  }
  response.setHeader('Content-Type', 'application/octet-stream');
  response.setHeader('Accept-Ranges', 'bytes');
  send(state, request, response, blob.digest, blob.parts, blob.size);
}

function send(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  digest: string,
  parts: readonly Buffer[],
  size: number,
): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const first = range === null ? 0 : Number(range[1]);
  const last = range === null || range[2] === '' ? size - 1 : Math.min(Number(range[2]), size - 1);
  response.setHeader('Docker-Content-Digest', digest);
  response.setHeader('ETag', `"${digest}"`);
  if (first > last) {
    response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
    return;
  }
  if (range !== null) response.setHeader('Content-Range', `bytes ${first}-${last}/${size}`);
  response.writeHead(range === null ? 200 : 206, { 'Content-Length': last - first + 1 });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  state.active += 1;
  void sendPieces(state, response, pieces(parts, first, last)).finally(() => {
    state.active -= 1;
    state.quietSince = performance.now();
  });
}

function* pieces(parts: readonly Buffer[], first: number, last: number): Generator<Buffer> {
  let start = 0;
  for (const part of parts) {
    const end = Math.min(part.length, last + 1 - start);
    for (let at = Math.max(0, first - start); at < end; at += PIECE) {
      yield part.subarray(at, Math.min(at + PIECE, end));
    }
    start += part.length;
  }
}

async function sendPieces(state: State, response: ServerResponse, bodies: Iterable<Buffer>): Promise<void> {
  for (const body of bodies) {
    const wait = state.link.take(body.length);
    if (wait !== undefined) await wait;
    if (!(await written(response, body))) return;
    state.counts.bytes += body.length;
  }
  response.end();
}

/** Whether the piece went onto the socket; false when the client has left. */
function written(response: ServerResponse, body: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    if (response.destroyed) {
      resolve(false);
      return;
    }
    const left = () => resolve(false);
    response.once('close', left);
    response.write(body, (error) => {
      response.off('close', left);
      resolve(error === undefined || error === null);
    });
  });
}

function tell(reply: UpstreamReply): void {
  process.send?.(reply);
}

function answer(state: State, message: UpstreamRequest): void {
  if (message.kind === 'reset') {
    state.counts = { bytes: 0, gets: 0, heads: 0 };
    state.link = makeLink(message.megabits);
    state.latency = message.latency ?? 0;
    tell({ kind: 'reset' });
    return;
  }
  const left = state.quietSince + QUIET_MS - performance.now();
  if (state.active === 0 && left <= 0) tell({ kind: 'counts', counts: state.counts });
  else setTimeout(() => answer(state, message), Math.max(left, 20));
}

const settings = JSON.parse(process.argv[2] ?? '{}') as UpstreamSettings;
const content = makeContent(settings.seed, settings.sizes, settings.shelf);
const state: State = {
  counts: { bytes: 0, gets: 0, heads: 0 },
  link: makeLink(0),
  latency: 0,
  active: 0,
  quietSince: performance.now(),
};
const server = createServer((request, response) => {
  const begin = () => serve(content, state, request, response);
  if (state.latency === 0) begin();
  else setTimeout(begin, state.latency);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  tell({ kind: 'ready', port: (server.address() as AddressInfo).port, catalog: content.catalog });
});
process.on('message', (message: UpstreamRequest) => answer(state, message));
// A terminal's Ctrl-C reaches this process too; its parent decides when it ends.
process.on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit(0));

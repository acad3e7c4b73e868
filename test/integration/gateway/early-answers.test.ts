import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { OCI_INDEX } from '#src/oci/media-type.js';
import { waitFor } from '../../parts/wait.js';
import { lines, scene } from './scene.js';

const SIZE = 16 * 1024 * 1024;
const UPLOAD = '00000000-0000-4000-8000-000000000000';

/** Clients that send all they have before they look for the answer, as programs with simple HTTP libraries do. */
describe('an answer that is known before the body is here', () => {
  const cases = {
    'to a manifest that is too large': ['PUT', '/v2/mine/app/manifests/v1', 413, 'SIZE_INVALID'],
    'to a push under the name of an upstream': ['PUT', '/v2/docker.io/app/manifests/v1', 403, 'DENIED'],
    'to a chunk of an upload that is not there': [
      'PATCH',
      `/v2/mine/app/blobs/uploads/${UPLOAD}`,
      404,
      'BLOB_UPLOAD_UNKNOWN',
    ],
  } as const;
  for (const [what, [method, path, status, code]] of Object.entries(cases)) {
    for (const chunked of [false, true]) {
      it(
        `${what} reaches the client${chunked ? ', chunked' : ''}`,
        scene(async ({ mirror }) => {
          const port = Number(new URL(mirror.url).port);
          const closing = await talk(port, [bodyOf(method, path, chunked, 'close')]);
          assert.ok(closing.startsWith(`HTTP/1.1 ${status} `), closing);
          assert.match(closing, new RegExp(code));
          const next = 'GET /v2/ HTTP/1.1\r\nHost: mirror.test\r\nConnection: close\r\n\r\n';
          const staying = await talk(port, [bodyOf(method, path, chunked, 'keep-alive'), [next]]);
          assert.deepEqual(staying.match(/HTTP\/1\.1 \d+/g), [`HTTP/1.1 ${status}`, 'HTTP/1.1 200']);
        }),
      );
    }
  }
});

describe('a client that leaves in the middle of a manifest', () => {
  it(
    'is no failure of the mirror, and nothing is kept',
    scene(async ({ mirror }) => {
      const leaving = request(`${mirror.url}/v2/mine/app/manifests/v1`, {
        method: 'PUT',
        agent: false,
        headers: { 'content-length': 1000, expect: '100-continue' },
      });
      leaving.on('error', () => undefined);
      leaving.flushHeaders();
      await once(leaving, 'continue');
      leaving.write('{"schemaVersion"');
      leaving.destroy();
      await waitFor(() => lines(mirror, 'request').length === 1, { what: 'the mirror knows' });
      assert.equal(lines(mirror, 'a request failed').length, 0);
      assert.equal(await mirror.store.repositories.exists('mine/app'), false);
    }),
  );
});

/** A request with 16 MiB of blanks. */
function* bodyOf(
  method: string,
  path: string,
  chunked: boolean,
  connection: string,
): Generator<string | Buffer> {
  const length = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${SIZE}`;
  const head = [`${method} ${path} HTTP/1.1`, 'Host: mirror.test', `Content-Type: ${OCI_INDEX}`];
  yield [...head, length, `Connection: ${connection}`, '', ''].join('\r\n');
  const piece = Buffer.alloc(64 * 1024, ' ');
  for (let sent = 0; sent < SIZE; sent += piece.length) {
    if (chunked) yield `${piece.length.toString(16)}\r\n`;
    yield piece;
    if (chunked) yield '\r\n';
  }
  if (chunked) yield '0\r\n\r\n';
}

/** Sends everything, reads only then, and gives what came until the connection was closed. */
async function talk(port: number, requests: readonly Iterable<string | Buffer>[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.pause();
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).pause();
  for (const request of requests) {
    for (const piece of request) {
      if (!socket.write(piece)) await once(socket, 'drain');
    }
  }
  socket.resume();
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it } from 'node:test';
import { OCI_INDEX } from '#src/oci/media-type.js';
import { waitFor } from '../../parts/wait.js';
import { lines, scene } from './scene.js';

const MIB = 1024 * 1024;

/** Requests that are over, for one side, before their body is. */
describe('a manifest of more than 4 MiB', () => {
  const large = Buffer.from(
    JSON.stringify({ schemaVersion: 2, manifests: [], annotations: { x: 'x'.repeat(4 * MIB) } }),
  );

  for (const chunked of [false, true]) {
    it(
      `is refused with 413${chunked ? ', when its length was not told' : ''}`,
      scene(async ({ mirror }) => {
        const { status, body } = await put(`${mirror.url}/v2/mine/app/manifests/v1`, large, chunked);
        assert.equal(status, 413);
        assert.match(body, /SIZE_INVALID/);
      }),
    );
  }
});

describe('a client that leaves in the middle of a manifest', () => {
  it(
    'is no failure of the mirror, and nothing is kept',
    scene(async ({ mirror }) => {
      const leaving = request(`${mirror.url}/v2/mine/app/manifests/v1`, {
        method: 'PUT',
        agent: false,
        headers: { 'content-length': 1000 },
      });
      leaving.on('error', () => undefined);
      leaving.write('{"schemaVersion"');
      await new Promise((resolve) => leaving.once('socket', (socket) => socket.once('connect', resolve)));
      leaving.destroy();
      await waitFor(() => lines(mirror, 'request').length === 1, { what: 'the mirror knows' });
      assert.equal(lines(mirror, 'a request failed').length, 0);
      assert.equal(await mirror.store.repositories.exists('mine/app'), false);
    }),
  );
});

/** A client that sends all it has before it looks for the answer. */
function put(url: string, bytes: Buffer, chunked: boolean): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': OCI_INDEX, ...(chunked ? {} : { 'content-length': bytes.length }) };
    const sent = request(url, { method: 'PUT', agent: false, headers });
    sent.once('error', reject);
    sent.once('response', async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
    });
    sent.end(bytes);
  });
}

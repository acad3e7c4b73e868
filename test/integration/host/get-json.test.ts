import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { getJson } from '#src/host/get-json.js';

/** What a server that answers like this one gives. */
async function ask(status: number, body: string, timeout?: number): ReturnType<typeof getJson> {
  const server = createServer((request, response) => {
    if (request.url === '/silent') return;
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const path = timeout === undefined ? '/' : '/silent';
  try {
    return await getJson(
      new URL(`http://127.0.0.1:${port}${path}`),
      timeout === undefined ? {} : { timeout },
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('getJson', () => {
  it('gives the document and the status', async () => {
    assert.deepEqual(await ask(200, '{"a":1}'), { status: 200, document: { a: 1 } });
    assert.deepEqual(await ask(404, 'nothing'), { status: 404, document: undefined });
  });

  it('gives up on answers without an end, and without a beginning', async () => {
    await assert.rejects(ask(200, `"${'x'.repeat(2_000_000)}"`), /too long/);
    await assert.rejects(ask(200, '', 100), { name: 'AbortError' });
    await assert.rejects(getJson(new URL('http://127.0.0.1:9/')), { code: 'ECONNREFUSED' });
  });
});

import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { describe, it } from 'node:test';
import { checkPort } from '#src/host/port-check.js';
import { portHolder } from '#src/host/port-holder.js';
import { probeRegistry } from '#src/host/probe.js';
import { freePort } from '../cli/sandbox.js';

async function serving(
  server: Server | ReturnType<typeof createTcpServer>,
  work: (address: { host: string; port: number }) => Promise<void>,
): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  try {
    await work({ host: '127.0.0.1', port: address.port });
  } finally {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
}

const answering = (listener: RequestListener) => createServer(listener);

describe('probeRegistry', () => {
  it('takes 200 and 401 for an answer, and nothing else', async () => {
    for (const [status, answers] of [
      [200, true],
      [401, true],
      [404, false],
      [500, false],
    ] as const) {
      await serving(
        answering((_, response) => response.writeHead(status).end()),
        async (address) => assert.equal((await probeRegistry(address, { tls: false })).answers, answers),
      );
    }
  });

  it('does not wait for ever', () =>
    serving(createTcpServer(), async (address) => {
      const result = await probeRegistry(address, { tls: false, timeout: 100 });
      assert.deepEqual(result, { answers: false, reason: 'no answer within 100 ms' });
    }));

  it('says that nobody is there', async () => {
    const result = await probeRegistry({ host: '127.0.0.1', port: await freePort() }, { tls: false });
    assert.ok(!result.answers);
    assert.match(result.reason, /ECONNREFUSED/);
  });
});

describe('a port', () => {
  it('is free, or held by a process that is named', async () => {
    await serving(
      answering(() => undefined),
      async (address) => {
        const check = await checkPort(address);
        assert.ok(!check.free);
        assert.equal(check.code, 'EADDRINUSE');
        const holder = await portHolder(address.port);
        assert.equal(holder?.pid, process.pid);
        assert.match(holder?.command.join(' ') ?? '', /node/);
      },
    );
    const port = await freePort();
    assert.deepEqual(await checkPort({ host: 'localhost', port }), { free: true });
    assert.equal(await portHolder(port), undefined);
  });

  it('of an address that this host does not have is reported', async () => {
    const check = await checkPort({ host: '192.0.2.1', port: await freePort() });
    assert.ok(!check.free);
    assert.equal(check.code, 'EADDRNOTAVAIL');
  });
});

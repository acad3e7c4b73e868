import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { checkPort } from '#src/host/port-check.js';
import { portHolder } from '#src/host/port-holder.js';
import { probeRegistry } from '#src/host/probe.js';
import { reservePort } from '../../parts/ports.js';
import { inFolder } from './folder.js';

async function serving(
  server: Server | TlsServer | ReturnType<typeof createTcpServer>,
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

  it('speaks TLS with any certificate, and takes being asked for one as an answer', () =>
    inFolder(async (folder) => {
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const args = [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '1',
        '-subj',
        '/CN=elsewhere.example',
      ];
      await promisify(execFile)('openssl', [...args, '-keyout', key, '-out', cert]);
      const tls = { key: readFileSync(key), cert: readFileSync(cert) };
      const listener: RequestListener = (_, response) => response.end();
      await serving(createTlsServer(tls, listener), async (address) => {
        assert.equal((await probeRegistry(address, { tls: true })).answers, true);
        assert.equal((await probeRegistry(address, { tls: false })).answers, false);
      });
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        const strict = { ...tls, requestCert: true, ca: tls.cert, maxVersion };
        await serving(createTlsServer(strict, listener), async (address) => {
          const known = await probeRegistry(address, { tls: true, clientCertificate: true });
          assert.equal(known.answers, true, maxVersion);
          assert.equal((await probeRegistry(address, { tls: true })).answers, false, maxVersion);
        });
      }
    }));

  it('does not wait for ever', () =>
    serving(createTcpServer(), async (address) => {
      const result = await probeRegistry(address, { tls: false, timeout: 100 });
      assert.deepEqual(result, { answers: false, reason: 'no answer within 100 ms' });
    }));

  it('says that nobody is there', async () => {
    const result = await probeRegistry({ host: '127.0.0.1', port: await reservePort() }, { tls: false });
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
    const port = await reservePort();
    assert.deepEqual(await checkPort({ host: 'localhost', port }), { free: true });
    assert.equal(await portHolder(port), undefined);
  });

  it('of an address that this host does not have is reported', async () => {
    const check = await checkPort({ host: '192.0.2.1', port: await reservePort() });
    assert.ok(!check.free);
    assert.equal(check.code, 'EADDRNOTAVAIL');
  });
});

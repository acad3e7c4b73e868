import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, Agent as SecureAgent, request as secureRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { TlsError } from '#src/gateway/tls.js';
import type { TlsConfig } from '#src/settings/engine-config.js';
import { type Certificate, makeCertificate } from '../certificates.js';
import { createOpened, hello, portOf } from './serving.js';

const { open, dial, keep, closeAll } = createOpened();
afterEach(closeAll);

describe('openListeners: TLS', () => {
  let folder: string;
  let one: Certificate;
  let other: Certificate;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'));
    [one, other] = await Promise.all([makeCertificate(folder, 'one'), makeCertificate(folder, 'other')]);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function config(files: Certificate, more: Partial<TlsConfig> = {}): TlsConfig {
    return { ...files, clientCAs: [], minimumTls: 'TLSv1.2', ...more };
  }

  async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      rejectUnauthorized: false,
      ...options,
    });
    keep(socket);
    await once(socket, 'secureConnect');
    return socket;
  }

  async function getSecure(port: number, options: RequestOptions): Promise<string> {
    const agent = new SecureAgent();
    const message = secureRequest({ port, host: '127.0.0.1', agent, ...options }).end();
    const [response] = (await once(message, 'response')) as [IncomingMessage];
    let body = '';
    for await (const chunk of response) body += chunk;
    agent.destroy();
    return body;
  }

  it('serves HTTP/1.1 over TLS', async () => {
    const listeners = await open(hello, { tls: config(one) });
    assert.equal(listeners.secure, true);
    const port = portOf(listeners);
    assert.equal(await getSecure(port, { ca: await readFile(one.certificate) }), 'hello');
    const socket = await handshake(port, { ALPNProtocols: ['h2', 'http/1.1'] });
    assert.equal(socket.alpnProtocol, 'http/1.1');
  });

  it('speaks no older TLS than asked for', async () => {
    const old = portOf(await open(hello, { tls: config(one) }));
    assert.equal((await handshake(old, { maxVersion: 'TLSv1.2' })).getProtocol(), 'TLSv1.2');
    await assert.rejects(
      handshake(old, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    );
    const strict = portOf(await open(hello, { tls: config(one, { minimumTls: 'TLSv1.3' }) }));
    assert.equal((await handshake(strict)).getProtocol(), 'TLSv1.3');
    await assert.rejects(handshake(strict, { maxVersion: 'TLSv1.2' }));
  });

  it('allows only the cipher suites asked for', async () => {
    const suite = 'ECDHE-ECDSA-AES256-GCM-SHA384';
    const port = portOf(await open(hello, { tls: config(one, { cipherSuites: [suite] }) }));
    assert.equal((await handshake(port, { maxVersion: 'TLSv1.2' })).getCipher().name, suite);
    await assert.rejects(
      handshake(port, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }),
    );
    assert.equal((await handshake(port)).getProtocol(), 'TLSv1.3');
  });

  it('lets in only clients with a certificate of clientcas', async () => {
    const port = portOf(await open(hello, { tls: config(one, { clientCAs: [other.certificate] }) }));
    const ca = await readFile(one.certificate);
    const [cert, key] = await Promise.all([readFile(other.certificate), readFile(other.key)]);
    assert.equal(await getSecure(port, { ca, cert, key }), 'hello');
    await assert.rejects(getSecure(port, { ca }));
    await assert.rejects(getSecure(port, { ca, cert: ca, key: await readFile(one.key) }));
  });

  it('uses a renewed certificate without a restart, and keeps the last good one when the new one is broken', async () => {
    const files = { certificate: join(folder, 'live.pem'), key: join(folder, 'live.key') };
    const install = async (from: Certificate) => {
      await copyFile(from.certificate, files.certificate);
      await copyFile(from.key, files.key);
    };
    const subject = async (port: number) => {
      const socket = await handshake(port);
      const name = socket.getPeerCertificate().subject.CN;
      socket.destroy();
      return name;
    };
    await install(one);
    const problems: Error[] = [];
    const listeners = await open(hello, {
      tls: config(files),
      interval: 10,
      onProblem: (error) => problems.push(error),
    });
    const port = portOf(listeners);
    assert.equal(await subject(port), 'one');
    await install(other);
    await until(async () => (await subject(port)) === 'other');
    problems.splice(0);
    await writeFile(files.certificate, 'broken');
    await until(() => problems.length > 0);
    assert.ok(problems[0] instanceof TlsError);
    assert.equal(await subject(port), 'other');
    await install(one);
    await until(async () => (await subject(port)) === 'one');
  });

  it('closes connections that are idle or still shaking hands', async () => {
    const listeners = await open(hello, { tls: config(one) });
    await handshake(portOf(listeners));
    await listeners.close(60_000);
    const again = await open(hello, { tls: config(one) });
    const silent = dial(portOf(again));
    await once(silent, 'connect');
    await handshake(portOf(again));
    await again.close(20);
  });

  it('refuses files that do not fit', async () => {
    await assert.rejects(
      open(hello, { tls: config({ certificate: one.certificate, key: other.key }) }),
      TlsError,
    );
    await assert.rejects(open(hello, { tls: config({ certificate: one.key, key: one.key }) }), TlsError);
    await assert.rejects(
      open(hello, { tls: config({ ...one, key: join(folder, 'none') }) }),
      /cannot be read \(ENOENT\)/,
    );
    await assert.rejects(open(hello, { tls: config(one, { clientCAs: [one.key] }) }), TlsError);
  });
});

/** Waits for a condition, at most ten seconds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > end) assert.fail('it did not happen in ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

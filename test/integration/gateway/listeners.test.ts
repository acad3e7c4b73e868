import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';
import { type RequestOptions, Agent as SecureAgent, request as secureRequest } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ListenError } from '#src/gateway/bind.js';
import { type Listeners, type ListenersOptions, openListeners } from '#src/gateway/listeners.js';
import { TlsError } from '#src/gateway/tls.js';
import type { ListenAddress, TlsConfig } from '#src/settings/engine-config.js';
import { type Certificate, makeCertificate } from '../certificates.js';

const opened: Listeners[] = [];
const sockets: Socket[] = [];

async function open(
  handler: RequestListener,
  options: { listen?: ListenAddress; tls?: TlsConfig } & Partial<ListenersOptions> = {},
): Promise<Listeners> {
  const { listen = { host: '127.0.0.1', port: 0 }, tls, ...rest } = options;
  const listeners = await openListeners({ listen, tls }, handler, {
    onProblem: (error) => assert.fail(error.message),
    ...rest,
  });
  opened.push(listeners);
  return listeners;
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(opened.splice(0).map((listeners) => listeners.close(0)));
});

function portOf(listeners: Listeners): number {
  return listeners.addresses[0]?.port ?? assert.fail('it does not listen');
}

function dial(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  return socket;
}

/** All that the other side sends until it closes. */
async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('error', () => undefined);
  for await (const chunk of socket.setEncoding('latin1')) text += chunk;
  return text;
}

async function get(port: number, host = '127.0.0.1', agent: Agent | false = false) {
  const message = request({ port, host, agent }).end();
  const [response] = (await once(message, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

const hello: RequestListener = (_, response) => response.end('hello');

/**
 * Runs listen-probe in a network namespace of its own, where every address may be listened on without anybody
 * reaching it: loopback with 10.9.9.9 beside it, changed by a shell command when one is given.
 */
async function probe(
  ...asked: (string | { readonly setup: string })[]
): Promise<{ addresses: string[]; answers: Record<string, string> }> {
  const setup = asked.flatMap((part) => (typeof part === 'string' ? [] : [part.setup]));
  const hosts = asked.filter((part) => typeof part === 'string');
  const program = fileURLToPath(new URL('listen-probe.js', import.meta.url));
  const prepare = ['ip link set lo up', 'ip address add 10.9.9.9/32 dev lo', ...setup, 'exec "$@"'].join(
    ' && ',
  );
  const privileges = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const { stdout } = await promisify(execFile)('unshare', [
    ...[...privileges, '--net', 'sh', '-c', prepare, 'sh', process.execPath, program],
    ...hosts,
  ]);
  return JSON.parse(stdout);
}

/** A program that serves on descriptor 3 until its standard input ends. */
const INHERITING = `
  const { openListeners } = await import(${JSON.stringify(import.meta.resolve('#src/gateway/listeners.js'))});
  const listeners = await openListeners(
    { listen: { host: '', port: 1 }, tls: undefined },
    (request, response) => response.end('inherited'),
    { descriptors: [3], onProblem: (error) => { throw error; } },
  );
  console.log(listeners.addresses[0].port);
  process.stdin.resume().on('end', () => listeners.close(0));
`;

describe('openListeners: addresses', () => {
  it('localhost is both loopback addresses on one port', async () => {
    const listeners = await open(hello, { listen: { host: 'localhost', port: 0 } });
    assert.deepEqual(listeners.addresses.map(({ address }) => address).sort(), ['127.0.0.1', '::1']);
    assert.equal(new Set(listeners.addresses.map(({ port }) => port)).size, 1);
    assert.equal((await get(portOf(listeners), '127.0.0.1')).body, 'hello');
    assert.equal((await get(portOf(listeners), '::1')).body, 'hello');
  });

  it('an empty host is every address of both families, and only loopback clients are of this machine', async () => {
    assert.deepEqual(await probe('', '127.0.0.1', '::1', '10.9.9.9'), {
      addresses: ['::'],
      answers: { '127.0.0.1': 'loopback', '::1': 'loopback', '10.9.9.9': 'elsewhere' },
    });
  });

  it('localhost does not answer on other addresses', async () => {
    const { answers } = await probe('localhost', '127.0.0.1', '::1', '10.9.9.9');
    assert.deepEqual(answers, { '127.0.0.1': 'loopback', '::1': 'loopback', '10.9.9.9': 'ECONNREFUSED' });
  });

  it('a machine without IPv6 has the other family', async () => {
    const without = { setup: 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6' };
    assert.deepEqual(await probe('localhost', '127.0.0.1', without), {
      addresses: ['127.0.0.1'],
      answers: { '127.0.0.1': 'loopback' },
    });
    const everywhere = await probe('', '127.0.0.1', '10.9.9.9', without);
    assert.deepEqual(everywhere.answers, { '127.0.0.1': 'loopback', '10.9.9.9': 'elsewhere' });
  });

  it('a machine without IPv4 on loopback has the other family', async () => {
    assert.deepEqual(await probe('localhost', '::1', { setup: 'ip address del 127.0.0.1/8 dev lo' }), {
      addresses: ['::1'],
      answers: { '::1': 'loopback' },
    });
  });

  it('a taken port is an error of its own, and nothing is left listening', async () => {
    const holder = createServer().listen(0, '::1');
    await once(holder, 'listening');
    const bound = holder.address();
    assert.ok(typeof bound === 'object' && bound !== null);
    try {
      await assert.rejects(
        open(hello, { listen: { host: 'localhost', port: bound.port } }),
        (error: unknown) => {
          assert.ok(error instanceof ListenError);
          assert.equal(error.code, 'ADDRESS_IN_USE');
          assert.equal(error.address.port, bound.port);
          assert.match(error.hint ?? '', /http\.addr/);
          return true;
        },
      );
      // The half on 127.0.0.1 was given up again.
      const again = createServer().listen(bound.port, '127.0.0.1');
      await once(again, 'listening');
      again.close();
    } finally {
      holder.close();
    }
  });

  it('an address of another machine, and a host that is none, are errors', async () => {
    for (const host of ['192.0.2.1', 'no-such-host.invalid']) {
      await assert.rejects(open(hello, { listen: { host, port: 0 } }), { code: 'ADDRESS_UNUSABLE' });
    }
  });

  it('takes a socket that listens already', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const bound = holder.address();
    assert.ok(typeof bound === 'object' && bound !== null);
    // The number of the listening socket, which Node has no public name for.
    const { fd } = (holder as unknown as { readonly _handle: { readonly fd: number } })._handle;
    const child = spawn(process.execPath, ['--input-type=module', '-e', INHERITING], {
      stdio: ['pipe', 'pipe', 'inherit', fd],
    });
    try {
      const [printed] = await once(child.stdout ?? assert.fail(), 'data');
      assert.equal(Number(printed), bound.port);
      holder.close();
      assert.equal((await get(bound.port)).body, 'inherited');
      child.stdin?.end();
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    } finally {
      child.kill('SIGKILL');
      holder.close();
    }
  });

  it('refuses a descriptor that is no socket', async () => {
    await assert.rejects(open(hello, { descriptors: [9999] }), { code: 'ADDRESS_UNUSABLE' });
  });
});

describe('openListeners: what cannot be read as a request', () => {
  const cases: [string, string, number][] = [
    ['no HTTP', 'hello there\r\n\r\n', 400],
    ['a head that is too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
  ];
  for (const [name, text, status] of cases) {
    it(`${name} is answered with ${status} and an error document`, async () => {
      const listeners = await open(hello);
      const socket = dial(portOf(listeners));
      socket.write(text);
      const answer = await readAll(socket);
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
      assert.match(answer, /Connection: close/);
      const document = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
      assert.equal(document.errors[0].code, 'UNKNOWN');
    });
  }

  it('takes a head of nearly 32 KiB', async () => {
    const listeners = await open(hello);
    const socket = dial(portOf(listeners));
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ${'x'.repeat(30_000)}\r\n\r\n`);
    assert.match(await readAll(socket), /^HTTP\/1\.1 200 /);
  });

  it('does not write into an answer that has begun', async () => {
    const listeners = await open((_, response) => {
      response.writeHead(200, { 'Content-Length': 10 }).write('12345');
    });
    const socket = dial(portOf(listeners));
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'readable');
    socket.write('garbage\r\n\r\n');
    assert.doesNotMatch(await readAll(socket), / 400 /);
  });
});

describe('openListeners: a request body that stops coming', () => {
  it('is given up, and only the body', async () => {
    let failed: Promise<unknown> | undefined;
    const listeners = await open(
      (req) => {
        failed = once(req.resume(), 'error');
        failed.catch(() => undefined);
      },
      { bodyTimeout: 50 },
    );
    const socket = dial(portOf(listeners));
    socket.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345');
    assert.equal(await readAll(socket), '');
    assert.match(String(await failed), /aborted/);
  });

  it('an answer that takes longer than that is waited for', async () => {
    const listeners = await open(
      (req, res) => {
        req.resume().once('end', () => setTimeout(() => res.end('late'), 200));
      },
      { bodyTimeout: 50 },
    );
    const socket = dial(portOf(listeners));
    socket.write('PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n12');
    assert.match(await readAll(socket), /late$/);
  });

  it('a server that is slow in reading is not held against the client', async () => {
    const size = 4 * 1024 * 1024;
    let received = 0;
    const listeners = await open(
      (req, res) => {
        setTimeout(() => {
          req.on('data', (chunk: Buffer) => {
            received += chunk.length;
          });
          req.once('end', () => res.end('whole'));
        }, 1200);
      },
      { bodyTimeout: 500 },
    );
    const socket = dial(portOf(listeners));
    socket.write(`PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`);
    socket.write(Buffer.alloc(size));
    assert.match(await readAll(socket), /whole$/);
    assert.equal(received, size);
  });
});

describe('openListeners: close', () => {
  /** A server whose one answer the test finishes itself. */
  async function openWaiting(beforeWait?: (response: ServerResponse) => void) {
    const requests = new EventEmitter();
    const response = once(requests, 'response').then(([first]): ServerResponse => first);
    const listeners = await open((_, begun) => {
      beforeWait?.(begun);
      requests.emit('response', begun);
    });
    return { listeners, response };
  }

  it('ends at once when nothing is going on, idle and fresh connections included', async () => {
    const listeners = await open(hello);
    const agent = new Agent({ keepAlive: true });
    await get(portOf(listeners), '127.0.0.1', agent);
    const fresh = dial(portOf(listeners));
    const halfHead = dial(portOf(listeners));
    await Promise.all([once(fresh, 'connect'), once(halfHead, 'connect')]);
    halfHead.write('GET / HTTP/1.1\r\n');
    // A whole round trip on a later connection, so that the server has seen the earlier ones.
    await get(portOf(listeners));
    const ends = [readAll(fresh), readAll(halfHead)];
    await listeners.close(60_000);
    await Promise.all(ends);
    agent.destroy();
  });

  it('refuses new connections at once, and lets an answer finish, saying that it is the last', async () => {
    const { listeners, response } = await openWaiting();
    const port = portOf(listeners);
    const agent = new Agent({ keepAlive: true });
    const answer = get(port, '127.0.0.1', agent);
    const pending = await response;
    const closed = listeners.close(60_000);
    const refused = dial(port);
    await assert.rejects(once(refused, 'connect'), { code: 'ECONNREFUSED' });
    pending.end('done');
    const { body, headers } = await answer;
    assert.equal(body, 'done');
    assert.equal(headers.connection, 'close');
    await closed;
    agent.destroy();
  });

  it('closes a kept connection after an answer whose head was out before', async () => {
    const { listeners, response } = await openWaiting((begun) => begun.write('be'));
    const agent = new Agent({ keepAlive: true });
    const answer = get(portOf(listeners), '127.0.0.1', agent);
    const pending = await response;
    const closed = listeners.close(60_000);
    pending.end('gun');
    assert.equal((await answer).body, 'begun');
    await closed;
    agent.destroy();
  });

  it('cuts what is left after the grace, which a second call shortens', async () => {
    const { listeners, response } = await openWaiting((begun) => begun.write('never'));
    const socket = dial(portOf(listeners));
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await response;
    const patient = listeners.close(60_000);
    const cut = readAll(socket);
    await listeners.close(10);
    await patient;
    assert.match(await cut, /never/);
  });
});

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
    sockets.push(socket);
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

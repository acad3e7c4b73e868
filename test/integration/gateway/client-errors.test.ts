import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, describe, it } from 'node:test';
import { createOpened, hello, portOf, readAll } from './serving.js';

const { open, dial, closeAll } = createOpened();
afterEach(closeAll);

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

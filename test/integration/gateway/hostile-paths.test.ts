import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { tempFolder } from '../../parts/temp.js';
import { startMirror } from './mirror.js';
import { withParts } from './scene.js';

const HEX = 'a'.repeat(64);
const UPLOAD = '00000000-0000-0000-0000-000000000000';

/** Names that no repository, tag, digest or upload can have, sent as they are. */
const NAMES = [
  '..',
  '../..',
  'a/../../b',
  '%2e%2e',
  '%2E%2E/%2e%2e',
  'a%2f..%2f..%2fb',
  'a%2Fb',
  'a%5c..%5cb',
  'a%00',
  'a%00b/c',
  'a%0d%0aX-Evil:%201',
  'A',
  'Library/Node',
  'ünïcode',
  '%c3%bc',
  '%ff%fe',
  '%',
  '%zz',
  'a//b',
  '/a',
  'a/',
  '.',
  './a',
  '_mirror',
  'a/_layers',
  'a/_uploads/x',
  '-a',
  'a-',
  'a..b',
  'a b',
  'a+b',
  'x'.repeat(256),
  `${'x/'.repeat(127)}xx`,
  'x'.repeat(5000),
  'file:///etc',
];

const TAGS = ['..', '%2e%2e', '.hidden', '-x', 'a%2fb', 'x%00', 'x'.repeat(129), '%20', 'ü', '%c3%bc'];

const DIGESTS = [
  'sha256:..',
  `sha256:${HEX}0`,
  `sha256:${'A'.repeat(64)}`,
  `sha256:${'%2e'.repeat(64)}`,
  `md5:${HEX.slice(32)}`,
  'sha256:',
  `sha256:..%2f${HEX.slice(5)}`,
  `../sha256:${HEX}`,
];

const PATHS = [
  ...NAMES.flatMap((name) => [
    `GET /v2/${name}/manifests/latest`,
    `GET /v2/${name}/tags/list`,
    `HEAD /v2/${name}/blobs/sha256:${HEX}`,
    `POST /v2/${name}/blobs/uploads/`,
    `PUT /v2/${name}/manifests/latest`,
    `PATCH /v2/${name}/blobs/uploads/${UPLOAD}`,
    `DELETE /v2/${name}/manifests/latest`,
  ]),
  ...TAGS.flatMap((tag) => ['GET', 'PUT', 'DELETE'].map((method) => `${method} /v2/a/manifests/${tag}`)),
  ...DIGESTS.flatMap((digest) => [
    `GET /v2/a/blobs/${digest}`,
    `GET /v2/a/referrers/${digest}`,
    `DELETE /v2/a/blobs/${digest}`,
    `POST /v2/a/blobs/uploads/?digest=${digest}`,
    `POST /v2/a/blobs/uploads/?mount=${digest}&from=b`,
  ]),
  'GET /v2/a/blobs/uploads/..',
  'PUT /v2/a/blobs/uploads/..%2f..?digest=x',
  'GET /v2/a/blobs/uploads/not-an-upload',
  'GET /v2/a/tags/list?n=-1',
  'GET /v2/_catalog?n=x',
  'GET /v2/../../etc/passwd',
  'GET /v2',
  'GET /',
  'GET /v1/_ping',
  'GET //v2//',
  'GET *',
  'BREW /v2/',
].filter((line) => line !== 'GET /v2');

describe('a path that means mischief', () => {
  it(
    'gets an OCI error, and nothing outside the store is touched',
    withParts(async (parts) => {
      const folder = parts.add(await tempFolder('paths'));
      const root = folder.file('deep', 'down', 'store');
      const mirror = parts.add(await startMirror({ root }));
      const port = Number(new URL(mirror.url).port);
      for (const line of PATHS) {
        const { status, head, body } = await raw(port, line);
        assert.ok(status >= 400 && status < 500, `${line}: ${status}`);
        assert.ok(!/x-evil/i.test(head), line);
        if (line.startsWith('HEAD') || line.startsWith('BREW')) continue;
        const { errors } = JSON.parse(body) as { errors: { code: string; message: string }[] };
        assert.match(errors[0]?.code ?? '', /^[A-Z_]+$/, line);
        assert.ok((errors[0]?.message.length ?? 0) < 600, line);
      }
      // Whatever was begun is below the store's own folder, and only for names that can be.
      assert.deepEqual(await readdir(folder.path), await ifAny(folder.path, 'deep'));
      for (const above of [dirname(dirname(root)), dirname(root)]) {
        const names = await readdir(above).catch(() => []);
        assert.ok(names.length <= 1, `${above}: ${names}`);
      }
    }),
  );
});

async function ifAny(folder: string, name: string): Promise<string[]> {
  return (await readdir(folder)).length === 0 ? [] : [name];
}

/** Sends a request line as it stands: no client in between that tidies it. */
async function raw(port: number, line: string): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(
    Buffer.from(`${line} HTTP/1.1\r\nHost: mirror.test\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`),
  );
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body };
}

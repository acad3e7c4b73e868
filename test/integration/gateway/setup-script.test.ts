import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { createAuthenticator } from '#src/gateway/authentication.js';
import { setupScript } from '#src/render/guests/setup-script.js';
import { tempFolder } from '../../parts/temp.js';
import { startMirror, type TestMirror } from './mirror.js';
import { scene } from './scene.js';
import { readAll } from './serving.js';

const gateway = {
  setupScript: async (url: URL, upstreams: readonly string[]) => setupScript({ url, upstreams }),
};

/** A request with these header lines, byte for byte, and its whole answer. */
async function raw(mirror: TestMirror, ...lines: string[]): Promise<string> {
  const socket = connect(Number(new URL(mirror.url).port), '127.0.0.1');
  socket.write(['GET /setup.sh HTTP/1.1', ...lines, 'Connection: close', '', ''].join('\r\n'), 'latin1');
  return await readAll(socket);
}

describe('GET /setup.sh', () => {
  it(
    'is a script for the address it was asked at',
    scene(
      async ({ mirror }) => {
        const answer = await mirror.send('/setup.sh');
        assert.equal(answer.status, 200);
        assert.equal(answer.header('content-type'), 'text/x-shellscript; charset=utf-8');
        assert.equal(answer.header('cache-control'), 'no-store');
        assert.match(answer.text(), new RegExp(`^MIRROR=${mirror.url}$`, 'm'));
        assert.match(answer.text(), /^UPSTREAMS=docker\.io=https:\/\/registry-1\.docker\.io=docker\.io$/m);
        assert.ok(answer.text().endsWith('\nmain "$@"\n'));
        assert.match(await raw(mirror, 'Host: [fd00::5]:5000'), /\nMIRROR='http:\/\/\[fd00::5\]:5000'\n/);
        assert.match(await raw(mirror, 'Host: MIRROR.lab'), /\nMIRROR=http:\/\/mirror\.lab\n/);
      },
      { gateway },
    ),
  );

  it(
    'is told by HEAD, and by nothing else',
    scene(
      async ({ mirror }) => {
        const head = await mirror.send('/setup.sh', { method: 'HEAD' });
        assert.equal(head.status, 200);
        assert.equal(head.header('content-length'), String((await mirror.send('/setup.sh')).body.length));
        assert.equal(head.body.length, 0);
        for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
          const answer = await mirror.send('/setup.sh', { method });
          assert.equal(answer.status, 405);
          assert.equal(answer.header('allow'), 'GET, HEAD');
        }
        assert.equal((await mirror.send('/setup.sh/')).status, 404);
      },
      { gateway },
    ),
  );

  it(
    'holds nothing that a request could put into it',
    scene(
      async ({ mirror }) => {
        const hostile = [
          '$(id)',
          '`id`',
          "a';id;'",
          'a b',
          'a"b',
          'a\\b',
          'user@host',
          'host/path',
          'host?x',
          'host#x',
          'host:99999',
          'host:0',
          'host:',
          '[::1',
          '-host',
          'h\u00f6st',
          '',
          `${'a'.repeat(300)}.${'b'.repeat(9000)}:x`,
        ];
        for (const host of hostile) {
          const answer = await raw(mirror, `Host: ${host}`);
          assert.match(answer, /^HTTP\/1\.1 400 /, host);
          assert.doesNotMatch(answer, /MIRROR=/, host);
        }
        assert.match(await raw(mirror, 'Host: a.example', 'Host: b.example'), /^HTTP\/1\.1 400 /);
        assert.match(await raw(mirror), /^HTTP\/1\.1 400 /);
        const forwarded = await raw(
          mirror,
          'Host: a.example:5000',
          'X-Forwarded-Host: evil.example',
          'X-Forwarded-Proto: https',
          'Forwarded: host=evil.example;proto=https',
        );
        assert.match(forwarded, /\nMIRROR=http:\/\/a\.example:5000\n/);
        assert.doesNotMatch(forwarded, /evil/);
      },
      { gateway },
    ),
  );

  it(
    'names the address of http.host where that is set',
    scene(
      async ({ mirror }) => {
        assert.match(await raw(mirror, 'Host: $(id)'), /\nMIRROR=https:\/\/mirror\.example\n/);
      },
      { gateway, http: { host: new URL('https://mirror.example/') } },
    ),
  );

  it('is for users only where users have to log in', async () => {
    await using folder = await tempFolder();
    // bcrypt, cost 4, of "secret".
    await writeFile(folder.file('users'), 'u:$2b$04$abcdefghijklmnopqrstuuMrYVJYDRzsXVkHGa9nqRfbUNMLjwLLG\n');
    const authenticator = await createAuthenticator(
      { realm: 'r', path: folder.file('users') },
      { onProblem: () => undefined },
    );
    try {
      await using mirror = await startMirror({ gateway, authenticator });
      assert.equal((await mirror.send('/setup.sh')).status, 401);
    } finally {
      await authenticator.close();
    }
  });

  it(
    'is not there where nobody makes it',
    scene(async ({ mirror }) => {
      assert.equal((await mirror.send('/setup.sh')).status, 404);
    }),
  );
});

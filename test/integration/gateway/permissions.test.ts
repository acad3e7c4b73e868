import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Authenticator } from '#src/gateway/authentication.js';
import { OciError } from '#src/oci/error-code.js';
import { OCI_INDEX } from '#src/oci/media-type.js';
import type { TestMirror } from './mirror.js';
import { pushBlob, pushManifest } from './pushing.js';
import { errorCodeOf, type SceneOptions, scene } from './scene.js';

const INDEX = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] };
const DIGEST = `sha256:${'1'.repeat(64)}`;
const UPLOAD = '00000000-0000-4000-8000-000000000000';

/** Every request that changes the store. */
const CHANGES = [
  ['POST', '/v2/mine/app/blobs/uploads/'],
  ['PATCH', `/v2/mine/app/blobs/uploads/${UPLOAD}`],
  ['PUT', `/v2/mine/app/blobs/uploads/${UPLOAD}?digest=${DIGEST}`],
  ['DELETE', `/v2/mine/app/blobs/uploads/${UPLOAD}`],
  ['PUT', '/v2/mine/app/manifests/v1'],
  ['DELETE', '/v2/mine/app/manifests/v1'],
  ['DELETE', `/v2/mine/app/blobs/${DIGEST}`],
] as const;

describe('who may push', () => {
  it('is everybody on this machine', scene(canPush));

  it(
    'is nobody',
    scene(({ mirror }) => assertRefused(mirror, 403, 'DENIED', /mirror\.push/), { mirror: { push: 'none' } }),
  );

  it(
    'is nobody while the registry is read-only',
    scene(({ mirror }) => assertRefused(mirror, 405, 'UNSUPPORTED', /readonly/), {
      storage: { readOnly: true },
    }),
  );

  it(
    'is who logged in',
    scene(canPush, { mirror: { push: 'authenticated' }, authenticator: door('somebody') }),
  );

  it(
    'is not who did not have to log in',
    scene(({ mirror }) => assertRefused(mirror, 403, 'DENIED', /log in/), {
      mirror: { push: 'authenticated' },
      authenticator: door(undefined),
    }),
  );

  it(
    'and who may come in at all is asked first',
    scene(
      async ({ mirror, hub }) => {
        for (const path of ['/v2/', '/v2/library/app/manifests/latest', '/v2/_catalog']) {
          const answer = await mirror.send(path);
          assert.equal(answer.status, 401);
          assert.equal(answer.header('www-authenticate'), 'Basic realm="test"');
        }
        assert.equal(hub.requests.length, 0);
      },
      { authenticator: closedDoor() },
    ),
  );
});

describe('a page in a browser', () => {
  for (const headers of [
    { origin: 'https://evil.test' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]) {
    it(
      `may change nothing: ${JSON.stringify(headers)}`,
      scene(({ mirror }) => assertRefused(mirror, 403, 'DENIED', /web pages/, headers)),
    );
  }

  it(
    'of this mirror itself, and a user’s own request, may',
    scene(async ({ mirror }) => {
      for (const site of ['same-origin', 'none']) {
        const answer = await mirror.send('/v2/mine/app/blobs/uploads/', {
          method: 'POST',
          headers: { 'sec-fetch-site': site },
        });
        assert.equal(answer.status, 202);
      }
    }),
  );
});

describe('a name that belongs to an upstream', () => {
  for (const name of ['docker.io/mine/app', 'index.docker.io/app']) {
    it(
      `cannot be pushed to: ${name}`,
      scene(async ({ mirror }) => {
        const answer = await pushBlob(mirror, name, Buffer.from('x'));
        assert.equal(answer.status, 403);
        assert.equal(errorCodeOf(answer), 'DENIED');
        assert.equal((await pushManifest(mirror, name, 'v1', INDEX, OCI_INDEX)).status, 403);
      }),
    );
  }

  it(
    'as a tag that came from there cannot be moved, while others beside it can be made',
    scene(async ({ mirror, hub }) => {
      const theirs = { ...INDEX, annotations: { of: 'them' } };
      hub.library.addManifest('library/app', theirs, 'latest', OCI_INDEX);
      await mirror.send('/v2/library/app/manifests/latest');
      const refused = await pushManifest(mirror, 'library/app', 'latest', INDEX, OCI_INDEX);
      assert.equal(refused.status, 403);
      assert.match(refused.text(), /a copy from docker\.io/);
      assert.deepEqual((await mirror.send('/v2/library/app/manifests/latest')).json(), theirs);
      assert.equal((await pushManifest(mirror, 'library/app', 'mine', INDEX, OCI_INDEX)).status, 201);
      assert.deepEqual((await mirror.send('/v2/library/app/manifests/mine')).json(), INDEX);
      assert.deepEqual((await mirror.send('/v2/library/app/manifests/latest')).json(), theirs);
    }),
  );
});

describe('a method that is not there', () => {
  it(
    'is refused, naming those that are',
    scene(async ({ mirror }) => {
      const cases = [
        ['/v2/', 'POST', 'GET, HEAD'],
        ['/v2/_catalog', 'DELETE', 'GET, HEAD'],
        ['/v2/a/tags/list', 'PUT', 'GET, HEAD'],
        ['/v2/a/manifests/x', 'POST', 'GET, HEAD, PUT, DELETE'],
        [`/v2/a/blobs/${DIGEST}`, 'PUT', 'GET, HEAD, DELETE'],
        ['/v2/a/blobs/uploads/', 'GET', 'POST'],
      ] as const;
      for (const [path, method, allow] of cases) {
        const answer = await mirror.send(path, { method });
        assert.equal(answer.status, 405, path);
        assert.equal(answer.header('allow'), allow);
        assert.equal(errorCodeOf(answer), 'UNSUPPORTED');
      }
    }),
  );
});

async function canPush({ mirror }: { mirror: TestMirror }): Promise<void> {
  assert.equal((await pushBlob(mirror, 'mine/app', Buffer.from('x'))).status, 201);
  assert.equal((await pushManifest(mirror, 'mine/app', 'v1', INDEX, OCI_INDEX)).status, 201);
}

async function assertRefused(
  mirror: TestMirror,
  status: number,
  code: string,
  says: RegExp,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const [method, path] of CHANGES) {
    const answer = await mirror.send(path, { method, headers });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text()}`);
    assert.equal(errorCodeOf(answer), code);
    assert.match(answer.text(), says);
  }
  assert.equal((await mirror.send('/v2/', { headers })).status, 200, 'reading is another matter');
}

/** Lets everybody in under that name. */
function door(user: string | undefined): NonNullable<SceneOptions['authenticator']> {
  return { required: user !== undefined, authenticate: async () => user, close: async () => undefined };
}

function closedDoor(): Authenticator {
  const headers = { 'WWW-Authenticate': 'Basic realm="test"' };
  return {
    required: true,
    authenticate: () => Promise.reject(new OciError('UNAUTHORIZED', 'who are you', { headers })),
    close: async () => undefined,
  };
}

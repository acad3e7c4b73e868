import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import bcrypt from 'bcryptjs';
import { basic } from '../../parts/http.js';
import { digestOf } from '../../parts/scripted-registry.js';
import {
  errorOf,
  imageOf,
  type PushScene,
  publish,
  pushBlob,
  pushImage,
  pushScene,
  verdict,
} from './push-scene.js';

const APP = imageOf('app');
const ID = '01234567-89ab-cdef-0123-456789abcdef';
const USERS = `alice:${bcrypt.hashSync('secret', 4)}\n`;

/** Every request that would change what is under a name. */
function writes(name: string): [method: string, path: string][] {
  const digest = digestOf(APP.layer);
  return [
    ['POST', `/v2/${name}/blobs/uploads/`],
    ['POST', `/v2/${name}/blobs/uploads/?digest=${digest}`],
    ['POST', `/v2/${name}/blobs/uploads/?mount=${digest}&from=team/app`],
    ['PATCH', `/v2/${name}/blobs/uploads/${ID}`],
    ['PUT', `/v2/${name}/blobs/uploads/${ID}?digest=${digest}`],
    ['DELETE', `/v2/${name}/blobs/uploads/${ID}`],
    ['PUT', `/v2/${name}/manifests/v1`],
    ['DELETE', `/v2/${name}/manifests/v1`],
    ['DELETE', `/v2/${name}/blobs/${digest}`],
  ];
}

/** Asserts that nothing can be changed, and that nothing was. */
async function assertRefused(
  scene: PushScene,
  expected: [number, string],
  hint: RegExp,
  headers: Record<string, string> = {},
): Promise<void> {
  for (const [method, path] of writes('team/new')) {
    const answer = await scene.send(path, {
      method,
      headers,
      ...(method === 'DELETE' ? {} : { body: APP.layer }),
    });
    assert.deepEqual(verdict(answer), expected, `${method} ${path}`);
    assert.match(errorOf(answer)?.message ?? '', hint);
  }
  assert.equal(await scene.store.repositories.exists('team/new'), false);
  assert.equal(await scene.store.blobs.stat(digestOf(APP.layer)), undefined);
}

describe('who may push', () => {
  it(
    'nobody when mirror.push is none',
    pushScene(
      (scene) => assertRefused(scene, [403, 'DENIED'], /set mirror\.push in config\.yml to loopback/),
      {
        mirror: { push: 'none' },
      },
    ),
  );

  for (const from of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::7']) {
    it(
      `not ${from} when mirror.push is loopback, whatever its headers claim`,
      pushScene(
        async (scene) => {
          const claims = { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', host: 'localhost:5000' };
          await assertRefused(scene, [403, 'DENIED'], /only this machine itself may push/, claims);
          publish(scene.hub, 'library/node', '20', APP);
          assert.equal((await scene.send('/v2/node/manifests/20')).status, 200, 'but it may pull');
        },
        { from },
      ),
    );
  }

  for (const from of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1']) {
    it(
      `${from} when mirror.push is loopback`,
      pushScene(async (scene) => assert.equal((await pushImage(scene, 'team/app', 'v1', APP)).status, 201), {
        from,
      }),
    );
  }

  it(
    'who logs in when mirror.push is authenticated',
    pushScene(
      async (scene) => {
        const upload = (authorization?: string) =>
          pushBlob(scene, 'team/app', APP.layer, {
            headers: authorization === undefined ? {} : { authorization },
          });
        for (const wrong of [undefined, basic('alice', 'wrong'), basic('bob', 'secret'), 'Bearer secret']) {
          const answer = await upload(wrong);
          assert.deepEqual(verdict(answer), [401, 'UNAUTHORIZED']);
          assert.equal(answer.header('www-authenticate'), 'Basic realm="mirror"');
        }
        assert.equal(await scene.store.blobs.stat(digestOf(APP.layer)), undefined);
        assert.equal((await upload(basic('alice', 'secret'))).status, 201);
      },
      { mirror: { push: 'authenticated' }, users: USERS, from: '192.0.2.7' },
    ),
  );

  it(
    'nobody when mirror.push is authenticated and there is nobody who could log in',
    pushScene((scene) => assertRefused(scene, [403, 'DENIED'], /only users who log in may push/), {
      mirror: { push: 'authenticated' },
    }),
  );

  it(
    'nobody when the registry is read-only, and it can still be pulled from',
    pushScene(
      async (scene) => {
        await assertRefused(scene, [405, 'UNSUPPORTED'], /storage\.maintenance\.readonly\.enabled/);
        publish(scene.hub, 'library/node', '20', APP);
        assert.deepEqual((await scene.send('/v2/node/manifests/20')).body, APP.manifest);
      },
      { storage: { readOnly: true } },
    ),
  );
});

describe('what a web page may do', () => {
  it(
    'is nothing that changes the registry',
    pushScene(async (scene) => {
      const marks: Record<string, string>[] = [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ];
      for (const headers of marks) {
        await assertRefused(scene, [403, 'DENIED'], /web pages may not change the registry/, headers);
      }
    }),
  );

  it(
    'does not hinder what no page can have sent',
    pushScene(async (scene) => {
      for (const site of ['none', 'same-origin']) {
        const answer = await pushBlob(scene, 'team/app', APP.layer, { headers: { 'sec-fetch-site': site } });
        assert.equal(answer.status, 201);
      }
    }),
  );
});

describe('names that belong to an upstream', () => {
  const hosts = ['docker.io', 'ghcr.io', 'registry.example.com:5000'];

  it(
    'cannot be pushed to',
    pushScene(
      async (scene) => {
        const names = ['ghcr.io/team/app', 'docker.io/library/node', 'registry.example.com_5000/app'];
        for (const name of names) {
          for (const [method, path] of writes(name).filter(([each]) => each !== 'DELETE')) {
            const answer = await scene.send(path, { method, body: APP.layer });
            assert.deepEqual(verdict(answer), [403, 'DENIED'], `${method} ${path}`);
            assert.match(errorOf(answer)?.message ?? '', /belongs to /);
          }
        }
        const unknown = await scene.send('/v2/other.example:5000/app/blobs/uploads/', { method: 'POST' });
        assert.deepEqual(verdict(unknown), [403, 'DENIED']);
        for (const host of hosts) assert.deepEqual(scene.registry(host).requests, []);
      },
      { hosts },
    ),
  );

  it(
    'cannot be pushed to by ns either, where the content would count as that of another name',
    pushScene(
      async (scene) => {
        for (const ns of [...hosts, 'unknown.example']) {
          const path = `/v2/team/app/blobs/uploads/?digest=${digestOf(APP.layer)}&ns=${ns}`;
          const upload = await scene.send(path, { method: 'POST', body: APP.layer });
          assert.deepEqual(verdict(upload), [403, 'DENIED'], ns);
          const answer = await scene.put(`/v2/team/app/manifests/v1?ns=${ns}`, APP.manifest);
          assert.deepEqual(verdict(answer), [403, 'DENIED'], ns);
        }
        assert.equal(await scene.store.repositories.exists('team/app'), false);
      },
      { hosts },
    ),
  );

  it(
    'are no hindrance when ns is the address of this mirror',
    pushScene(
      async (scene) => {
        const ns = new URL(scene.url).host;
        await pushImage(scene, 'team/app', 'v1', APP);
        assert.equal((await scene.put(`/v2/team/app/manifests/v2?ns=${ns}`, APP.manifest)).status, 201);
      },
      { hosts },
    ),
  );
});

describe('a tag that came from an upstream', () => {
  it(
    'is not moved by a push',
    pushScene(async (scene) => {
      const base = imageOf('base');
      publish(scene.hub, 'team/app', 'v1', base);
      assert.equal((await scene.send(`/v2/team/app/manifests/v1`)).status, 200);
      const answer = await pushImage(scene, 'team/app', 'v1', APP);
      assert.deepEqual(verdict(answer), [403, 'DENIED']);
      assert.match(errorOf(answer)?.message ?? '', /team\/app:v1 is a copy from docker\.io/);
      assert.deepEqual((await scene.send(`/v2/team/app/manifests/v1`)).body, base.manifest);
      assert.equal((await pushImage(scene, 'team/app', 'mine', APP)).status, 201);
      assert.deepEqual((await scene.send(`/v2/team/app/manifests/mine`)).body, APP.manifest);
    }),
  );
});

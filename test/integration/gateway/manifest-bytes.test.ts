import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '#src/oci/media-type.js';
import { sha256 } from '../../parts/layers.js';
import { errorCodeOf, scene } from './scene.js';

const CONFIG = Buffer.from('{}');
const DESCRIPTOR = `{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"${sha256(CONFIG)}","size":2}`;

/** Manifests that a program which reads and writes them again would change. */
const MANIFESTS: Record<string, { mediaType: string; text: string }> = {
  'indented in odd ways': {
    mediaType: OCI_MANIFEST,
    text: `\n\t{ "schemaVersion" :2,\r\n   "mediaType":"${OCI_MANIFEST}" , "config":${DESCRIPTOR},"layers":[ ] }  `,
  },
  'with fields nobody knows, doubled keys and an order of their own': {
    mediaType: OCI_MANIFEST,
    text: `{"zzz":{"b":1,"a":1.50,"e":1e3},"layers":[],"config":${DESCRIPTOR},"x":1,"x":2,"schemaVersion":2}`,
  },
  'with a trailing newline': {
    mediaType: DOCKER_MANIFEST,
    text: `{"schemaVersion":2,"mediaType":"${DOCKER_MANIFEST}","config":${DESCRIPTOR},"layers":[]}\n`,
  },
  'with escapes and other scripts': {
    mediaType: OCI_INDEX,
    text: '{"schemaVersion":2,"manifests":[],"annotations":{"name":"\\u0041\\/ \u00fc \u{1f433} \\ud83d\\udc33"}}',
  },
  'that is a list with nothing in it': {
    mediaType: DOCKER_LIST,
    text: `{"schemaVersion":2,"mediaType":"${DOCKER_LIST}","manifests":null}`,
  },
};

/** Invariant I5: manifests are bytes. */
describe('a manifest is served byte for byte', () => {
  for (const [what, { mediaType, text }] of Object.entries(MANIFESTS)) {
    const bytes = Buffer.from(text);
    const digest = sha256(bytes);

    it(
      `pulled, ${what}`,
      scene(async ({ mirror, hub }) => {
        hub.library.addManifest('library/app', bytes, 'latest', mediaType);
        for (const reference of ['latest', digest]) {
          const answer = await mirror.send(`/v2/library/app/manifests/${reference}`);
          assert.deepEqual(answer.body, bytes);
          assert.equal(answer.header('content-type'), mediaType);
          assert.equal(answer.header('content-length'), String(bytes.length));
          assert.equal(answer.header('docker-content-digest'), digest);
        }
        await mirror.restart();
        await hub.close();
        assert.deepEqual((await mirror.send(`/v2/library/app/manifests/${digest}`)).body, bytes);
      }),
    );

    it(
      `pushed, ${what}`,
      scene(async ({ mirror }) => {
        await mirror.send(`/v2/mine/app/blobs/uploads/?digest=${sha256(CONFIG)}`, {
          method: 'POST',
          body: CONFIG,
        });
        const path = '/v2/mine/app/manifests/v1';
        const headers = { 'content-type': mediaType };
        const pushed = await mirror.send(path, { method: 'PUT', headers, body: bytes });
        assert.equal(pushed.status, 201, pushed.text());
        assert.equal(pushed.header('docker-content-digest'), digest);
        const answer = await mirror.send(path);
        assert.deepEqual(answer.body, bytes);
        assert.equal(answer.header('content-type'), mediaType);
        const head = await mirror.send(path, { method: 'HEAD' });
        assert.equal(head.body.length, 0);
        assert.equal(head.header('content-length'), String(bytes.length));
      }),
    );
  }
});

describe('a manifest from an upstream that cannot be served', () => {
  const refused: Record<string, { text: string; mediaType?: string; says: RegExp }> = {
    'schema 1': {
      text: '{"schemaVersion":1,"name":"library/app","fsLayers":[]}',
      mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      says: /schema 1.*rebuild/s,
    },
    'no JSON': { text: '<html>', says: /not a JSON/ },
    'a type of its own': {
      text: '{"schemaVersion":2,"mediaType":"text/plain"}',
      mediaType: 'text/plain',
      says: /text\/plain/,
    },
  };
  for (const [what, { text, mediaType, says }] of Object.entries(refused)) {
    it(
      `${what} is refused clearly`,
      scene(async ({ mirror, hub }) => {
        hub.library.addManifest('library/app', Buffer.from(text), 'latest', mediaType);
        const answer = await mirror.send('/v2/library/app/manifests/latest');
        assert.equal(answer.status, 502, answer.text());
        assert.equal(errorCodeOf(answer), 'MANIFEST_INVALID');
        assert.match(answer.text(), says);
        assert.match(answer.text(), /docker\.io sent/);
      }),
    );
  }
});

describe('If-None-Match', () => {
  it(
    'with the digest of a manifest gives 304 and no body',
    scene(async ({ mirror, hub }) => {
      const text = MANIFESTS['with a trailing newline']?.text ?? '';
      const digest = hub.library.addManifest('library/app', Buffer.from(text), 'latest', DOCKER_MANIFEST);
      const answer = await mirror.send('/v2/library/app/manifests/latest', {
        headers: { 'if-none-match': `"${digest}"` },
      });
      assert.equal(answer.status, 304);
      assert.equal(answer.body.length, 0);
      assert.equal(answer.header('etag'), `"${digest}"`);
      const other = await mirror.send('/v2/library/app/manifests/latest', {
        headers: { 'if-none-match': '"sha256:0"' },
      });
      assert.equal(other.status, 200);
    }),
  );

  it(
    'is what its bytes say, whatever type an upstream sends it with',
    scene(async ({ mirror, hub }) => {
      const bytes = Buffer.from(`{"schemaVersion":2,"config":${DESCRIPTOR},"layers":[]}`);
      for (const odd of ['application/octet-stream', 'application/json; charset=utf-8', DOCKER_MANIFEST]) {
        const name = `team/${sha256(Buffer.from(odd)).slice(7, 15)}`;
        hub.library.addManifest(name, bytes, 'odd', odd);
        const answer = await mirror.send(`/v2/${name}/manifests/odd`);
        assert.deepEqual([answer.status, answer.header('content-type')], [200, OCI_MANIFEST], odd);
        assert.ok(answer.body.equals(bytes));
      }
    }),
  );
});

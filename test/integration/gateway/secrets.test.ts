import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asPart } from '../../parts/cleanup.js';
import { basic } from '../../parts/http.js';
import { randomBytesOf } from '../../parts/layers.js';
import { SIGNATURE, startScriptedRegistry } from '../../parts/scripted-registry.js';
import { startMirror } from './mirror.js';
import { untilStored, withParts } from './scene.js';

const PASSWORD = 'upstream-pass-word-3141';
const CLIENT_PASSWORD = 'client-pass-word-2718';
const BLOB = randomBytesOf('secrets', 100_000);

/** Invariant I6, as far as the gateway goes: credentials go home only. */
describe('credentials', () => {
  it(
    'are in no line of the log, and those of a client never reach an upstream',
    withParts(async (parts) => {
      const hub = await startScriptedRegistry({
        auth: { kind: 'bearer', username: 'robot', password: PASSWORD },
        redirectBlobs: true,
      });
      parts.add(asPart(() => hub.close()));
      const upstream = { host: 'docker.io', endpoint: hub.endpoint, username: 'robot', password: PASSWORD };
      const mirror = parts.add(await startMirror({ upstreams: [upstream] }));
      const digest = hub.library.addBlob('library/app', BLOB);
      const type = 'application/vnd.oci.image.index.v1+json';
      hub.library.addManifest('library/app', { schemaVersion: 2, manifests: [] }, 'latest', type);
      const sent = {
        authorization: basic('somebody', CLIENT_PASSWORD),
        cookie: `session=${CLIENT_PASSWORD}`,
        'proxy-authorization': basic('somebody', CLIENT_PASSWORD),
        'x-forwarded-for': '203.0.113.7',
      };
      const paths = [
        '/v2/library/app/manifests/latest',
        `/v2/library/app/blobs/${digest}`,
        '/v2/library/app/manifests/missing',
        '/v2/library/app/tags/list',
        `/v2/library/app/referrers/${digest}`,
      ];
      for (const path of paths) await mirror.send(path, { headers: sent });
      await untilStored(mirror, digest);
      hub.on({ site: 'token', plan: { status: 401 } });
      hub.revokeTokens();
      hub.on({ site: 'cdn', plan: { status: 500 } });
      for (const path of paths) await mirror.send(`${path}?token=${CLIENT_PASSWORD}`, { headers: sent });
      await mirror.stop();

      assert.ok(hub.at('cdn').length > 0 && hub.at('token').length > 0);
      const theirs = [CLIENT_PASSWORD, sent.authorization.slice(6), '203.0.113.7'];
      for (const request of hub.requests) {
        const all = JSON.stringify(request);
        for (const secret of theirs) assert.ok(!all.includes(secret), `${request.site} ${request.path}`);
      }
      const bearers = hub
        .at('registry')
        .map(({ headers }) => headers.authorization?.slice('Bearer '.length))
        .filter((token) => token !== undefined);
      assert.ok(bearers.length > 0);
      const secrets = [...theirs.slice(0, 2), PASSWORD, basic('robot', PASSWORD).slice(6), ...bearers];
      assert.ok(mirror.log.length > 15, `${mirror.log.length} lines\n${mirror.log.join('')}`);
      for (const line of mirror.log) {
        for (const secret of [...secrets, SIGNATURE.split('=')[1] ?? '']) {
          assert.ok(!line.includes(secret), line);
        }
      }
    }),
  );
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '../../parts/scripted-registry.js';
import { waitFor } from '../../parts/wait.js';
import { errorCodeOf, scene } from './scene.js';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const PATHS = { manifest: '/v2/library/app/manifests/latest', blob: `/v2/library/app/blobs/${DIGEST}` };

/** Invariant I9: fail fast and honestly. */
describe('an upstream that answers', () => {
  const answers: readonly [Plan, number, string][] = [
    [{ status: 401 }, 403, 'DENIED'],
    [{ status: 403 }, 403, 'DENIED'],
    [{ status: 404 }, 404, '_UNKNOWN'],
    [{ status: 429 }, 429, 'TOOMANYREQUESTS'],
    [{ status: 500 }, 502, 'UNAVAILABLE'],
    [{ status: 503 }, 502, 'UNAVAILABLE'],
    [{ reset: true }, 502, 'UNAVAILABLE'],
    [{ blackHole: true }, 504, 'UNAVAILABLE'],
  ];
  for (const [kind, path] of Object.entries(PATHS)) {
    for (const [plan, status, code] of answers) {
      it(
        `${JSON.stringify(plan)} for a ${kind} is told as ${status}`,
        scene(
          async ({ mirror, hub }) => {
            hub.on({ plan });
            const answer = await mirror.send(path);
            assert.equal(answer.status, status, answer.text());
            const expected = code === '_UNKNOWN' ? `${kind.toUpperCase()}${code}` : code;
            assert.equal(errorCodeOf(answer), expected);
            assert.match(answer.header('content-type') ?? '', /^application\/json/);
            const head = await mirror.send(path, { method: 'HEAD', headers: { origin: 'no-push' } });
            assert.equal(head.status, status);
            assert.equal(head.body.length, 0);
          },
          { limits: { attempts: 1, headers: 'blackHole' in plan ? 300 : 10_000 } },
        ),
      );
    }
  }

  it(
    '429 passes on when to come back',
    scene(async ({ mirror, hub }) => {
      hub.on({ plan: { status: 429, headers: { 'retry-after': '77' } } });
      for (const path of Object.values(PATHS)) {
        assert.equal((await mirror.send(path)).header('retry-after'), '77');
      }
    }),
  );

  it(
    'a manifest larger than 8 MiB is told as 502',
    scene(async ({ mirror, hub }) => {
      const document = Buffer.alloc(8 * 1024 * 1024 + 1, ' ');
      document.write('{"schemaVersion":2,"manifests":[]}');
      hub.library.addManifest('library/app', document, 'latest');
      assert.equal((await mirror.send(PATHS.manifest)).status, 502);
    }),
  );

  it(
    'nothing any more, because it is not there',
    scene(async ({ mirror, hub }) => {
      await hub.close();
      for (const path of Object.values(PATHS)) {
        const answer = await mirror.send(path);
        assert.equal(answer.status, 502);
        assert.match(answer.text(), /docker\.io refuses connections/);
      }
    }),
  );
});

describe('the circuit breaker', () => {
  it(
    'answers without asking an upstream that keeps failing, and asks again in time',
    scene(
      async ({ mirror, hub }) => {
        hub.on({ plan: { status: 500 } });
        for (let round = 0; round < 3; round += 1) await mirror.send(PATHS.manifest);
        const before = hub.requests.length;
        assert.equal(before, 3);
        for (const path of Object.values(PATHS)) {
          const answer = await mirror.send(path);
          assert.equal(answer.status, 502);
          assert.ok(Number(answer.header('retry-after')) > 0);
        }
        assert.equal(hub.requests.length, before, 'it is not asked');
        hub.behave();
        await waitFor(async () => (await mirror.send(PATHS.manifest)).status === 404, {
          what: 'it is asked again',
        });
      },
      { limits: { attempts: 1, failures: 3, open: 700 } },
    ),
  );
});

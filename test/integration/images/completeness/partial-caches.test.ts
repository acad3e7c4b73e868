import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { completenessOf, isComplete, missingOf } from '#src/images/completeness/completeness.js';
import type { Digest } from '#src/oci/digest.js';
import { formatPlatform, parsePlatform, platformOfHost } from '#src/oci/platform.js';
import { createDistributionStore } from '#src/store/distribution.js';
import type { Store } from '#src/store/port.js';
import { Parts } from '../../../parts/cleanup.js';
import { lacking } from '../../../parts/needs.js';
import { RegistryClient } from '../../../parts/registry-client.js';
import { tempFolder } from '../../../parts/temp.js';
import { startMirror, type TestMirror } from '../../gateway/mirror.js';
import { check } from '../../scripts/detection.js';
import { anyCache, type CachePlan, NAMES, TAGS } from './cache-plan.js';
import { damage, fillCache } from './fill-cache.js';
import { OfflineEngine } from './offline-pull.js';

const PLATFORMS = ['linux/amd64', 'linux/arm/v7', 'linux/s390x'].map(
  (text) => parsePlatform(text) ?? assert.fail(text),
);
const RUNS = 30;
/** The names that people type. */
const WITHOUT_NAMESPACE = Object.keys(NAMES).filter((wire) => !wire.includes('?'));
const CACHED = { method: 'HEAD', headers: { 'cache-control': 'only-if-cached' } };
/** An image that was pushed under a short name, and is not whole, before one of Docker Hub's that is. */
const HIDING: readonly CachePlan[] = (['blob', 'manifest'] as const).map((what) => ({
  shelves: ['app', 'library/app'].map((repository, config) => ({
    repository,
    tag: 'two',
    pushed: repository === 'app',
    image: { kind: 'image', config, layers: [] },
  })),
  damages: [{ what, how: 'remove', pick: 0 }],
  offline: true,
}));
/** Port 9 of a loopback address that nothing uses: connections are refused. */
const DEAD = new URL('http://127.9.9.9:9');

/** Runs something with a mirror whose cache is as planned, and its store, opened beside it as by a command. */
async function withCache(
  plan: CachePlan,
  body: (mirror: TestMirror, store: Store, agent: Agent) => Promise<void>,
): Promise<void> {
  await using parts = new Parts();
  const root = parts.add(await tempFolder('partial')).path;
  const files = await fillCache(root, plan.shelves);
  for (const each of plan.damages) await damage(root, files, each);
  const mirror = parts.add(
    await startMirror({
      root,
      upstreams: ['docker.io', 'quay.io'].map((host) => ({ host, endpoint: DEAD })),
      mirror: { offline: plan.offline },
      gateway: {
        alias: (name) => (name === 'team/app' ? { host: 'quay.io', repository: 'team/app' } : undefined),
      },
    }),
  );
  const store = createDistributionStore({ rootDirectory: root });
  const agent = new Agent({ keepAlive: true });
  try {
    await body(mirror, store, agent);
  } finally {
    agent.destroy();
    await store.close();
  }
}

/** What a tag of a name on the wire may stand for: as pushed under that name, or as the upstream's. */
async function candidates(store: Store, wire: string, tag: string): Promise<Digest[]> {
  const found: Digest[] = [];
  const names = NAMES[wire] ?? [];
  for (const name of names) {
    const digest = await store.repositories.readTag(name, tag);
    const isPushed = (await store.origins.readTag(name, tag)) === undefined;
    if (digest !== undefined && (isPushed || name === names.at(-1))) found.push(digest);
  }
  return found;
}

describe('the completeness of images in any partial cache', () => {
  it('is what a client gets that pulls them while no upstream answers', { timeout: 240_000 }, async () => {
    let whole = 0;
    let lacking = 0;
    await fc.assert(
      fc.asyncProperty(anyCache, (plan) =>
        withCache(plan, async (mirror, store, agent) => {
          for (const [wire, names] of Object.entries(NAMES)) {
            const engine = new OfflineEngine(new RegistryClient({ url: mirror.url }), wire, agent);
            for (const tag of TAGS) {
              const looks = new Map<Digest, Awaited<ReturnType<typeof look>>>();
              // Before anything is pulled: a mirror that reads damaged content puts it aside.
              for (const digest of await candidates(store, wire, tag))
                looks.set(digest, await look(names, digest));
              const held = await heldFor(mirror, wire, tag);
              const root = await engine.resolve(tag);
              if (root === undefined) {
                for (const { all } of looks.values()) assert.equal(all.rootMissing, true, `${wire}:${tag}`);
                assert.deepEqual(held, []);
                continue;
              }
              const { all, each } =
                looks.get(root) ?? assert.fail(`${wire}:${tag} is ${root}, of all things`);
              const servable = PLATFORMS.filter((_, position) => isComplete(each[position] ?? all));
              assert.deepEqual(held, servable.map(formatPlatform), `${wire}:${tag} by only-if-cached`);
              for (const [position, platform] of PLATFORMS.entries()) {
                const found = each[position] ?? assert.fail();
                const pulled = await engine.pull(root, platform);
                const what = `${wire}:${tag} for ${formatPlatform(platform)}`;
                assert.deepEqual(pulled.refused, refusedOf(found), what);
                assert.equal(
                  pulled.isMade,
                  found.platforms.every(({ digest }) => digest !== undefined),
                  what,
                );
                const isPulled = pulled.isMade && pulled.refused.length === 0;
                assert.equal(isPulled, isComplete(found), what);
                if (isPulled) whole += 1;
                else lacking += 1;
              }
              const pulled = await engine.pull(root, 'all');
              assert.deepEqual(pulled.refused, refusedOf(all), `${wire}:${tag} for all platforms`);
            }
          }

          async function look(names: readonly string[], digest: Digest) {
            return {
              all: await completenessOf(store, names, digest, 'all'),
              each: await Promise.all(PLATFORMS.map((one) => completenessOf(store, names, digest, [one]))),
            };
          }
        }),
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    assert.ok(whole > 20 && lacking > 20, `both were tried: ${whole} whole, ${lacking} not`);
  });

  it('is what check-docker-mirror IMAGE_EXISTS says', {
    timeout: 120_000,
    skip: lacking({ programs: ['curl', 'dash'] }),
  }, async () => {
    const answers = { true: 0, false: 0 };
    const here = [platformOfHost(process.arch)];
    await fc.assert(
      fc.asyncProperty(anyCache, (plan) =>
        withCache(plan, async (mirror, store, agent) => {
          const env = { DOCKER_REGISTRY_PORT: new URL(mirror.url).port };
          for (const wire of WITHOUT_NAMESPACE) {
            const engine = new OfflineEngine(new RegistryClient({ url: mirror.url }), wire, agent);
            for (const tag of TAGS) {
              const root = await engine.resolve(tag);
              if (root === undefined && tag !== TAGS[0]) continue;
              const found = root && (await completenessOf(store, NAMES[wire] ?? [], root, here));
              const expected = found !== undefined && isComplete(found);
              const { out, status } = await check(['IMAGE_EXISTS', `${wire}:${tag}`], { env });
              assert.deepEqual([out, status], [`${expected}\n`, expected ? 0 : 1], `${wire}:${tag}`);
              answers[`${expected}`] += 1;
            }
          }
        }),
      ),
      { numRuns: 8, examples: HIDING.map((plan) => [plan]), endOnFailure: true },
    );
    assert.ok(answers.true > 0 && answers.false > 0, JSON.stringify(answers));
  });
});

/** Of the platforms, those for which the mirror says that it holds the whole image. */
async function heldFor(mirror: TestMirror, wire: string, tag: string): Promise<string[]> {
  const held: string[] = [];
  const [name, ns] = wire.split('?');
  for (const platform of PLATFORMS.map(formatPlatform)) {
    const query = `platform=${platform}${ns === undefined ? '' : `&${ns}`}`;
    const { status } = await mirror.send(`/v2/${name}/manifests/${tag}?${query}`, CACHED);
    assert.ok([200, 504, 404].includes(status), `${wire}:${tag} ${platform}: ${status}`);
    if (status === 200) held.push(platform);
  }
  return held;
}

function refusedOf(found: Awaited<ReturnType<typeof completenessOf>>): Digest[] {
  return found.rootMissing
    ? [found.digest]
    : missingOf(found)
        .map(({ digest }) => digest)
        .sort();
}

import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Parts } from '../parts/cleanup.js';
import { startCountingProxy } from '../parts/counting-proxy.js';
import { type AnyImage, buildImage, buildIndex, type Image } from '../parts/images.js';
import { randomBytesOf, randomLayer } from '../parts/layers.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { publish } from '../parts/publish.js';
import type { RegistryAccess } from '../parts/registry-client.js';
import { startStockRegistry } from '../parts/stock-registry.js';
import { auditStore } from '../parts/store-audit.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';
import { assertServes } from './pulling.js';

const skip = lacking({ programs: ['docker-registry', 'openssl'] });

const ROUNDS = 30;
/** At most so many requests of a round are answered before the mirror is killed; a whole round has about 55. */
const MOST_ANSWERS = 45;
/** Then it lives for at most so many milliseconds more, to be hit between two answers. */
const MOST_DELAY = 60;
/** Bytes a second on each connection from upstream, so that a layer takes longer than that. */
const RATE = 5_000_000;
const PUSHES = 4;

describe('kill -9 of the mirror during pulls and pushes', { skip, timeout: 300_000 }, () => {
  const parts = new Parts();
  const seed = process.env['TEST_SEED'] ?? String(Date.now());
  const upstreamImages = Array.from({ length: ROUNDS }, (_, round) => roundImage(seed, round));
  const verified = new Set<string>();
  /** What was pushed and acknowledged, by tag: it must never be lost. */
  const acknowledged = new Map<string, Image>();
  let upstream: TestUpstream;
  let mirror: Mirror;

  before(async () => {
    upstream = parts.add(await startUpstream());
    for (const [round, image] of upstreamImages.entries()) {
      await upstream.publish(image, 'library/app', `r${round}`);
    }
    const line = parts.add(await startCountingProxy(upstream.counter.port));
    line.setFaults({ rate: RATE });
    const upstreams = [{ host: 'docker.io', endpoint: line.url }];
    mirror = parts.add(await startMirror({ upstreams, push: 'loopback' }));
  });
  after(() => parts.close());

  it(`leaves nothing broken behind, ${ROUNDS} times`, async (t: TestContext) => {
    t.diagnostic(`seed ${seed} (set TEST_SEED to have the same moments again)`);
    let interrupted = 0;
    for (const [round, moment] of moments(seed).entries()) {
      const before = mirror.requests.length;
      const work = [...pulls(round), pushes(round)].map((task) => task.then(succeeded, failed));
      await waitFor(() => mirror.requests.length - before >= moment.answers, {
        what: `the mirror answered ${moment.answers} requests in round ${round}`,
        interval: 5,
        detail: () => mirror.tail(),
      });
      await sleep(moment.delay);
      const end = await mirror.kill();
      assert.equal(end?.signal, 'SIGKILL', `the mirror ended by itself in round ${round}\n${mirror.tail()}`);
      const done = await Promise.all(work);
      if (done.includes(false)) interrupted += 1;
      const { problems } = await auditStore(mirror.rootDirectory, verified);
      assert.deepEqual(problems, [], `after ${moment.answers} answers in round ${round}`);
      await mirror.start();
    }
    t.diagnostic(`${interrupted} kills interrupted something; ${acknowledged.size} pushes were acknowledged`);
    assert.ok(interrupted > ROUNDS / 3, 'most kills hit nothing: the test shows nothing');
    assert.ok(acknowledged.size > 0, 'no push was acknowledged: the test shows nothing about pushes');
  });

  it('keeps every push that was acknowledged', () => assertAllPushed(mirror));

  it('pulls every image, and pulls it again with the upstream stopped', async () => {
    await assertAllCached(mirror);
    await upstream.stop();
    await assertAllCached(mirror);
  });

  it('has a store in which every blob is what its name says and every tag resolves', async () => {
    const { problems, blobs, tags } = await auditStore(mirror.rootDirectory);
    assert.deepEqual(problems, []);
    assert.ok(blobs > ROUNDS && tags >= ROUNDS);
  });

  it('leaves a folder that the stock registry serves whole', async () => {
    await mirror.stop();
    const stock = parts.add(await startStockRegistry({ rootDirectory: mirror.rootDirectory }));
    await assertAllCached(stock);
    await assertAllPushed(stock);
  });

  /** This round's image by two clients, and the one before, whose transfers were cut off. */
  function pulls(round: number): Promise<void>[] {
    return [round, round, Math.max(0, round - 1)].map((which) =>
      assertServes(mirror, 'library/app', `r${which}`, imageOf(which)),
    );
  }

  async function pushes(round: number): Promise<void> {
    for (let n = 0; n < PUSHES; n++) {
      const tag = `r${round}-${n}`;
      const image = buildImage({ layers: [randomLayer(`${seed}-push-${tag}`, 400_000)], label: tag });
      await publish(image, { ...mirror, repository: 'pushed/app', tag });
      acknowledged.set(tag, image);
    }
  }

  function imageOf(round: number): AnyImage {
    const image = upstreamImages[round];
    assert.ok(image !== undefined);
    return image;
  }

  async function assertAllCached(registry: RegistryAccess): Promise<void> {
    for (const [round, image] of upstreamImages.entries()) {
      await assertServes(registry, 'library/app', `r${round}`, image);
    }
  }

  async function assertAllPushed(registry: RegistryAccess): Promise<void> {
    for (const [tag, image] of acknowledged) await assertServes(registry, 'pushed/app', tag, image);
  }
});

/** Two platforms, one large and one small layer. */
function roundImage(seed: string, round: number): AnyImage {
  const shared = randomLayer(`${seed}-${round}-shared`, 700_000);
  const images = ['amd64', 'arm64'].map((architecture) => {
    const own = randomLayer(`${seed}-${round}-${architecture}`, 150_000);
    return buildImage({ layers: [shared, own], platform: { os: 'linux', architecture } });
  });
  return buildIndex(images);
}

/** When the mirror is killed in a round: after so many answers and milliseconds. */
interface Moment {
  readonly answers: number;
  readonly delay: number;
}

/** Random moments, the same for the same seed. They count answers rather than time, so that a slow machine is hit as deep into the work as a fast one. */
function moments(seed: string): Moment[] {
  const bytes = randomBytesOf(`${seed}-moments`, ROUNDS * 2);
  return Array.from({ length: ROUNDS }, (_, round) => ({
    answers: Math.floor(((bytes[2 * round] ?? 0) / 256) * MOST_ANSWERS),
    delay: Math.floor(((bytes[2 * round + 1] ?? 0) / 256) * MOST_DELAY),
  }));
}

function succeeded(): boolean {
  return true;
}

/** A client whose mirror was killed is cut off; that it got wrong bytes is an error all the same. */
function failed(error: unknown): boolean {
  if (String(error).includes('other bytes came')) throw error;
  return false;
}

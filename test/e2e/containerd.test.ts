import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../parts/cleanup.js';
import { CONTAINERD_PROGRAMS, type Containerd, startContainerd } from '../parts/containerd.js';
import { type AnyImage, blobsOf, buildImage, buildIndex, multiImage, smallImage } from '../parts/images.js';
import { randomLayer } from '../parts/layers.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { tempFolder } from '../parts/temp.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';
import { fourPhases, type Pull, sizes } from './phases.js';

const skip = lacking({ programs: [...CONTAINERD_PROGRAMS, 'docker-registry', 'openssl'], root: true });

/** A second upstream, which wants credentials even for pulling. */
const SECOND = 'second.example';
/** A host that the mirror was not told of. */
const UNKNOWN = 'unknown.example';

describe('containerd, which names the upstream in the query', { skip, timeout: 120_000 }, () => {
  const parts = new Parts();
  const single = smallImage('containerd-single');
  const multi = multiImage('containerd-multi', { flavour: 'docker' });
  // It shares no layer with the others: what the engine has from elsewhere it does not ask for, and what was never asked
  // for under this name is not given out under it while its upstream is stopped.
  const second = buildIndex(
    ['amd64', 'arm64'].map((architecture) =>
      buildImage({
        layers: [randomLayer(`containerd-second-${architecture}`, 300_000)],
        platform: { os: 'linux', architecture },
      }),
    ),
  );
  let hub: TestUpstream;
  let other: TestUpstream;
  let mirror: Mirror;
  let engine: Containerd;
  /** Requests for tokens that publishing made, before the mirror came. */
  const published = { hub: 0, other: 0 };

  before(async () => {
    hub = parts.add(await startUpstream());
    other = parts.add(await startUpstream({ privatePull: true }));
    await hub.publish(single, 'library/single', '1');
    await hub.publish(multi, 'library/multi', '1');
    // The same name as on Docker Hub, with other content: the two must not be mixed up.
    await other.publish(second, 'library/multi', '1');
    published.hub = hub.tokens.requests.length;
    published.other = other.tokens.requests.length;
    const folder = parts.add(await tempFolder());
    const credentials = folder.file('auth.json');
    const { username, password } = other.access;
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    await writeFile(credentials, JSON.stringify({ auths: { [SECOND]: { auth } } }), { mode: 0o600 });
    const upstreams = [
      { host: 'docker.io', endpoint: hub.endpoint },
      { host: SECOND, endpoint: other.endpoint },
    ];
    mirror = parts.add(await startMirror({ upstreams, credentials }));
    engine = parts.add(await startContainerd());
    for (const host of ['docker.io', SECOND, UNKNOWN]) await engine.setMirror(host, mirror.url);
  });
  after(() => parts.close());

  function pull(name: string, image: AnyImage, ...args: string[]): Pull {
    return {
      what: ['ctr image pull', ...args, name].join(' '),
      pull: async () => {
        await engine.pull(name, ...args);
        return engine.digestOf(name);
      },
      expected: image.manifest.digest,
    };
  }

  describe('from Docker Hub and from a second, private upstream', () => {
    fourPhases(() => ({
      mirror,
      upstreams: [hub, other],
      forget: () => engine.forgetImages(),
      pulls: [
        pull('docker.io/library/single:1', single),
        pull('docker.io/library/multi:1', multi, '--all-platforms'),
        pull(`${SECOND}/library/multi:1`, second, '--platform', 'linux/arm64'),
        pull(`${SECOND}/library/multi@${second.manifest.digest}`, second, '--all-platforms'),
      ],
      blobs: sizes([...blobsOf(single), ...blobsOf(multi), ...blobsOf(second)]),
    }));
  });

  it('gave credentials to the upstream they are for, and to no other', () => {
    const atOther = other.tokens.requests.slice(published.other);
    assert.ok(atOther.length > 0);
    assert.ok(atOther.every(({ username }) => username === other.access.username));
    const atHub = hub.tokens.requests.slice(published.hub);
    assert.ok(atHub.length > 0);
    assert.ok(atHub.every(({ username }) => username === undefined));
  });

  it('has all content of the images, whole', async () => {
    await engine.forgetImages();
    await engine.pull(`${SECOND}/library/multi:1`, '--all-platforms');
    const expected = [
      second.manifest,
      ...second.images.map(({ manifest }) => manifest),
      ...blobsOf(second),
    ].map(({ digest }) => digest);
    assert.deepEqual((await engine.content()).sort(), expected.sort());
  });

  it('is refused an upstream that the configuration does not name', async () => {
    await assert.rejects(engine.pull(`${UNKNOWN}/library/single:1`), /403|[Ff]orbidden/);
  });
});

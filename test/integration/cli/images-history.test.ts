import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { run } from '#src/host/exec.js';
import * as layout from '#src/store/layout.js';
import { Parts } from '../../parts/cleanup.js';
import { fillStore, type Shelf } from '../../parts/fill-store.js';
import { type Image, smallImage } from '../../parts/images.js';
import { type MirrorFolder, mirrorFolder } from '../../parts/mirror-folder.js';
import { lacking } from '../../parts/needs.js';

const SHELF = { repository: 'library/app', tag: '1', upstream: 'docker.io' };
const IMAGES = ['oldest', 'older', 'middle', 'latest'].map((seed) =>
  smallImage(`history-${seed}`, { size: 50 }),
);
const [OLDEST, OLDER, MIDDLE, LATEST] = IMAGES as [Image, Image, Image, Image];

interface Told {
  readonly pushed: boolean;
  readonly pinned: string | null;
  readonly digests: readonly {
    readonly digest: string;
    readonly since: string | null;
    readonly now: boolean;
    readonly complete: boolean;
    readonly missing: readonly string[];
    readonly size: number | null;
  }[];
}

describe('the history of a tag', () => {
  const parts = new Parts();
  let mirror: MirrorFolder;
  beforeEach(async () => {
    mirror = parts.add(await mirrorFolder());
    await writeFile(mirror.env['KCONFIG_CONFIG'] ?? '', 'CONFIG_DOCKER_MIRROR_PRELOAD_IMAGES=n\n');
    await mkdir(mirror.layout.images);
  });
  afterEach(() => parts.close());

  const images = (...words: string[]) => mirror.command(['images', ...words], [1, 2]);
  const told = async (image: string) => JSON.parse((await images('history', image, '--json')).stdout) as Told;
  const list = () => readFile(mirror.layout.manifest, 'utf8');

  /** Has a tag stand for images one after the other, on the first days of 2026. */
  async function moves(shelf: Shelf, ...each: readonly Image[]): Promise<void> {
    for (const [day, image] of each.entries()) {
      await fillStore(mirror.store, image, shelf);
      const link = layout.tagIndex(shelf.repository, shelf.tag, image.manifest.digest);
      const time = new Date(Date.UTC(2026, 0, day + 1));
      await utimes(join(mirror.layout.registry, link), time, time);
    }
  }

  describe('is told by docker-mirror images history', () => {
    it('as far as it is kept, with what is missing', async () => {
      await moves(SHELF, OLDEST, OLDER, MIDDLE, LATEST);
      await mirror.store.repositories.unlinkLayer('library/app', MIDDLE.config.digest);
      await mirror.store.repositories.unlinkRevision('library/app', OLDER.manifest.digest);
      const { stdout } = await images('history', 'app:1');
      assert.deepEqual(stdout.split('\n'), [
        `${LATEST.manifest.digest}  since 2026-01-04T00:00:00.000Z, ${sizeOf(stdout)}, now`,
        `${MIDDLE.manifest.digest}  since 2026-01-03T00:00:00.000Z, ${sizeOf(stdout)}, not whole here: 1 missing, ${MIDDLE.config.bytes.length} B`,
        `${OLDER.manifest.digest}  since 2026-01-02T00:00:00.000Z, not here`,
      ]);
      const { pushed, pinned, digests } = await told('docker.io/library/app:1');
      assert.deepEqual([pushed, pinned], [false, null]);
      const bytes = [LATEST.config, ...LATEST.layers].reduce((sum, each) => sum + each.bytes.length, 0);
      assert.deepEqual(
        digests.map(({ now, complete, missing, size }) => ({ now, complete, missing, size })),
        [
          { now: true, complete: true, missing: [], size: bytes },
          { now: false, complete: false, missing: [MIDDLE.config.digest], size: digests[1]?.size },
          { now: false, complete: false, missing: [OLDER.manifest.digest], size: null },
        ],
      );
    });

    it('without an end, for a tag that was pushed', async () => {
      const pushed = { repository: 'team/app', tag: '1' };
      await moves(pushed, OLDEST, OLDER, MIDDLE, LATEST);
      const { pushed: isPushed, digests } = await told('localhost:5000/team/app:1');
      assert.equal(isPushed, true);
      assert.deepEqual(
        digests.map(({ digest }) => digest),
        IMAGES.toReversed().map(({ manifest }) => manifest.digest),
      );
    });

    it('and refused for what is not here, has no tag, or is no name', async () => {
      const absent = await images('history', 'absent:1');
      assert.deepEqual([absent.exitCode, absent.stdout], [1, '']);
      assert.match(absent.stderr, /not here/);
      const digest = await images('history', `app@${LATEST.manifest.digest}`);
      assert.equal(digest.exitCode, 2);
      assert.match(digest.stderr, /names a digest/);
      assert.notEqual((await images('history', 'A B')).exitCode, 0);
      assert.equal((await images('history')).exitCode, 2);
    });
  });

  describe('is gone back in by docker-mirror images rollback', () => {
    it('by writing a pin, step by step', async () => {
      await moves(SHELF, OLDEST, OLDER, MIDDLE, LATEST);
      await writeFile(mirror.layout.manifest, '# mine\napp:1 archive # why\n');
      const { stdout, exitCode } = await images('rollback', 'app:1');
      assert.equal(exitCode, 0);
      assert.match(stdout, new RegExp(`app:1 is served as ${MIDDLE.manifest.digest} from now on`));
      assert.match(stdout, /docker-mirror images unpin app:1/);
      assert.equal(await list(), `# mine\napp:1 pin=${MIDDLE.manifest.digest} archive # why\n`);
      const { pinned, digests } = await told('app:1');
      assert.equal(pinned, MIDDLE.manifest.digest);
      assert.deepEqual(
        digests.map(({ now }) => now),
        [false, true, false],
      );
      assert.match((await images('history', 'app:1')).stdout, /now, held by a pin/);
      assert.equal((await images('rollback', 'app:1')).exitCode, 0);
      assert.match(await list(), new RegExp(`pin=${OLDER.manifest.digest}`));
      const end = await images('rollback', 'app:1');
      assert.equal(end.exitCode, 1);
      assert.match(end.stderr, /none is remembered/);
      assert.equal((await images('unpin', 'app:1')).exitCode, 0);
      assert.equal(await list(), '# mine\napp:1 archive # why\n');
      assert.equal((await told('app:1')).pinned, null);
    });

    it('to a digest, also one that the tag never stood for, adding a line', async () => {
      await moves(SHELF, OLDER, LATEST);
      await moves({ ...SHELF, tag: 'other' }, OLDEST);
      const short = OLDER.manifest.digest.slice('sha256:'.length, 'sha256:'.length + 10);
      assert.equal((await images('rollback', 'app:1', short)).exitCode, 0);
      assert.equal(await list(), `app:1 pin=${OLDER.manifest.digest}\n`);
      assert.match((await images('rollback', 'app:1', OLDER.manifest.digest)).stdout, /already/);
      assert.equal((await images('rollback', 'app:1', OLDEST.manifest.digest)).exitCode, 0);
      assert.equal(await list(), `app:1 pin=${OLDEST.manifest.digest}\n`);
      assert.deepEqual(
        (await told('app:1')).digests.map(({ digest, since, now }) => [digest, since === null, now]),
        [
          [OLDEST.manifest.digest, true, true],
          [LATEST.manifest.digest, false, false],
          [OLDER.manifest.digest, false, false],
        ],
      );
    });

    it('and refused when that is not whole here, naming what is missing, unless --force is given', async () => {
      await moves(SHELF, OLDER, LATEST);
      const [layer] = OLDER.layers.slice(1);
      assert.ok(layer !== undefined);
      await mirror.store.blobs.remove(layer.digest);
      const refused = await images('rollback', 'app:1');
      assert.equal(refused.exitCode, 1);
      assert.ok(refused.stderr.includes(layer.digest), refused.stderr);
      assert.match(refused.stderr, /not whole here: 1 missing/);
      await assert.rejects(stat(mirror.layout.manifest), { code: 'ENOENT' });
      assert.equal((await images('rollback', 'app:1', '--force')).exitCode, 0);
      assert.equal(await list(), `app:1 pin=${OLDER.manifest.digest}\n`);
    });

    it('and refused for what was pushed, and for steps that make no sense', async () => {
      await moves({ repository: 'team/app', tag: '1' }, OLDER, LATEST);
      const pushed = await images('rollback', 'localhost:5000/team/app:1');
      assert.equal(pushed.exitCode, 1);
      assert.match(pushed.stderr, /was pushed here/);
      for (const steps of ['0', '1.5']) {
        const answer = await images('rollback', 'app:1', '--steps', steps);
        assert.equal(answer.exitCode, 2, steps);
      }
      assert.equal((await images('rollback', 'app:1', 'abcdef', '--steps', '2')).exitCode, 2);
      await assert.rejects(stat(mirror.layout.manifest), { code: 'ENOENT' });
    });

    it('and only told with --dry-run', async () => {
      await moves(SHELF, OLDEST, OLDER, LATEST);
      const { stdout, exitCode } = await images('rollback', 'app:1', '--steps', '2', '--dry-run');
      assert.equal(exitCode, 0);
      assert.match(stdout, new RegExp(`would be served as ${OLDEST.manifest.digest}`));
      await assert.rejects(stat(mirror.layout.manifest), { code: 'ENOENT' });
    });

    it('as the owner of the folder, when root does it', { skip: lacking({ root: true }) }, async () => {
      await moves(SHELF, OLDER, LATEST);
      await run('chown', ['--recursive', '65534:65534', mirror.root]);
      // So that this user gets there.
      await chmod(`${mirror.root}/..`, 0o755);
      assert.equal((await images('rollback', 'app:1')).exitCode, 0);
      assert.equal((await stat(mirror.layout.manifest)).uid, 65_534);
    });
  });
});

/** The size that a line of a history tells. */
function sizeOf(line: string): string {
  return /, ([0-9.]+ [kM]?B)/.exec(line)?.[1] ?? assert.fail(line);
}

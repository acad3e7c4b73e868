import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Interrupted } from '#src/cli/errors.js';
import { scanCommand } from '#src/cli/scan.js';
import { scanProgress } from '#src/cli/scan-progress.js';
import { TerminalModel } from '../../unit/cli/live/terminal-model.js';
import { argumentsOf, emptyContext, TextOutput } from '../../unit/cli/support.js';
import { inFolder } from '../host/folder.js';
import { MAIN, type Outcome, runIn } from './config/tree.js';

const COMPOSE =
  'services:\n  web:\n    image: nginx:1.27\n  db:\n    image: postgres:16\n  app:\n    image: app:$TAG\n';

async function inProject(work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await writeFile(join(folder, 'compose.yaml'), COMPOSE);
    await writeFile(join(folder, 'Dockerfile'), 'FROM nginx:1.27\n');
    await work(folder);
  });
}

function scan(folder: string, ...args: string[]): Promise<Outcome> {
  return runIn(folder, process.execPath, [MAIN, 'scan', ...args]);
}

describe('docker-mirror scan', () => {
  it('prints one image a line, and on standard error what it could not resolve', () =>
    inProject(async (folder) => {
      assert.deepEqual(await scan(folder, '.'), {
        status: 0,
        out: 'nginx:1.27\npostgres:16\n',
        err: 'compose.yaml:7: app:$TAG: the variable TAG: it has no default, and is not set in .env beside\n',
      });
    }));

  it('says where with --where', () =>
    inProject(async (folder) => {
      const { out } = await scan(folder, '--where', 'Dockerfile', 'compose.yaml');
      assert.deepEqual(out.split('\n').slice(0, 3), [
        'Dockerfile:1:6: nginx:1.27 (FROM)',
        'compose.yaml:3:12: nginx:1.27 (service web)',
        'compose.yaml:5:12: postgres:16 (service db)',
      ]);
    }));

  it('prints JSON with places and reasons', () =>
    inProject(async (folder) => {
      const { status, out, err } = await scan(folder, '.', '--format', 'json');
      assert.equal(status, 0);
      assert.equal(err, '');
      const report = JSON.parse(out) as Record<string, unknown> & { images: { places: unknown[] }[] };
      assert.equal(report['version'], 1);
      assert.deepEqual(report.images[0], {
        image: 'nginx:1.27',
        reference: 'docker.io/library/nginx:1.27',
        places: [
          { path: 'Dockerfile', line: 1, column: 6, format: 'dockerfile', how: 'FROM' },
          { path: 'compose.yaml', line: 3, column: 12, format: 'compose', how: 'service web' },
        ],
      });
      assert.deepEqual(report['files'], { seen: 2, scanned: 2 });
      assert.equal((report['unresolved'] as unknown[]).length, 1);
    }));

  it('adds to the list, once, and keeps what is there', () =>
    inProject(async (folder) => {
      const list = join(folder, 'mirror', 'images', 'manifest.txt');
      await mkdir(join(folder, 'mirror', 'images'), { recursive: true });
      await writeFile(list, '# ours\npostgres:16 # the database\n');
      const first = await scan(folder, 'compose.yaml', 'Dockerfile', '--add', '--path', 'mirror');
      assert.equal(first.status, 0);
      assert.match(first.err, /1 added to .*manifest\.txt, 1 were there already\n/);
      assert.equal(await readFile(list, 'utf8'), '# ours\npostgres:16 # the database\nnginx:1.27\n');
      const second = await scan(folder, 'compose.yaml', '--add', '--path', 'mirror');
      assert.match(second.err, /0 added to .*, 2 were there already/);
      assert.equal(await readFile(list, 'utf8'), '# ours\npostgres:16 # the database\nnginx:1.27\n');
    }));

  it('warns of images that would share a short name', () =>
    inProject(async (folder) => {
      await writeFile(join(folder, 'Dockerfile'), 'FROM quay.io/minio/minio:1\nFROM ghcr.io/minio/minio:1\n');
      const { err } = await scan(folder, 'Dockerfile', '--add', '--path', 'mirror');
      assert.match(err, /warning: .*are both called "minio\/minio"/);
    }));

  it('fails when a path cannot be read, after all the others', () =>
    inProject(async (folder) => {
      const { status, out, err } = await scan(folder, 'missing', 'Dockerfile');
      assert.deepEqual(
        { status, out, err },
        { status: 1, out: 'nginx:1.27\n', err: 'missing: it is not there\n' },
      );
    }));

  it('refuses to begin without a path, with an empty one, and with what it cannot do both of', () =>
    inProject(async (folder) => {
      assert.equal((await scan(folder)).status, 2);
      assert.equal((await scan(folder, '')).status, 2);
      assert.equal((await scan(folder, '.', '--format', 'xml')).status, 2);
      assert.equal((await scan(folder, '.', '--where', '--format', 'json')).status, 2);
    }));

  it('lets no file move the cursor of a terminal', () =>
    inProject(async (folder) => {
      await mkdir(join(folder, '\x1b[2Jx'));
      await writeFile(join(folder, '\x1b[2Jx', 'Dockerfile'), 'FROM bad\x1b[31m:1\nFROM good:1\n');
      const { out, err } = await scan(folder, '--where', '.');
      assert.ok(!out.includes('\x1b') && !err.includes('\x1b'));
      assert.match(out, /good:1/);
      assert.match(err, /\?\[2Jx\/Dockerfile:1: bad\?\[31m:1: it is no image reference/);
    }));

  it('prints and adds nothing when it is interrupted', () =>
    inProject(async (folder) => {
      const context = emptyContext({ cwd: folder, interrupted: AbortSignal.abort() });
      const args = argumentsOf({ paths: ['.'], add: true, path: join(folder, 'mirror') });
      await assert.rejects(scanCommand.run(args, context), Interrupted);
      assert.equal(context.stdout.text, '');
      await assert.rejects(readFile(join(folder, 'mirror/images/manifest.txt')), { code: 'ENOENT' });
    }));

  it('shows on a terminal how far it is, and leaves nothing of it', () => {
    let now = 0;
    const terminal = new TerminalModel();
    const progress = scanProgress({ write: () => undefined, isTerminal: true, live: terminal }, () => now);
    progress.show({ files: 1, images: 0 });
    terminal.tick();
    assert.deepEqual(terminal.lines(), [], 'a short scan says nothing');
    now = 600;
    progress.show({ files: 2000, images: 3 });
    terminal.tick();
    assert.deepEqual(terminal.lines(), ['scanned 2000 files, found 3 images']);
    progress.clear();
    assert.deepEqual(terminal.lines(), []);
    const file = new TextOutput(false);
    const silent = scanProgress(file, () => now);
    now = 10_000;
    silent.show({ files: 2000, images: 3 });
    silent.clear();
    assert.equal(file.text, '');
  });
});

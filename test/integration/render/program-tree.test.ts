import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { placeTree } from '#src/render/host/tree.js';
import { ProgramError, programTree } from '#src/render/program-tree.js';
import { INSTALLED_FILE, installedText } from '#src/settings/settings-place.js';
import { ROOT } from '../../parts/root-kconfig.js';
import { inFolder } from '../host/folder.js';

const run = promisify(execFile);

describe('programTree', () => {
  it('is a program that runs by itself, with the settings it was installed for', () =>
    inFolder(async (folder) => {
      const settings = join(folder, 'the.config');
      const made = new Map([
        [INSTALLED_FILE, installedText({ settings, scope: 'user' })],
        ['dist/.node', `${process.execPath}\n`],
      ]);
      const tree = await programTree(ROOT, made);
      const path = join(folder, 'docker-mirror');
      await placeTree(path, tree.files);
      const command = join(path, 'scripts', 'docker-mirror');
      const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
      assert.match((await run(command, ['--version'], { env })).stdout, /^\d+\.\d+\.\d+\n$/);
      const { stdout } = await run(command, ['config', 'set', 'DOCKER_MIRROR_PORT=5123'], { env });
      assert.match(stdout, /5000 -> 5123/);
      assert.ok(stdout.includes(settings), stdout);
      // Installed again from there, it is the same.
      assert.equal((await programTree(path, made)).id, tree.id);
      assert.notEqual((await programTree(ROOT, new Map([...made, ['dist/.node', '/other\n']]))).id, tree.id);
    }));

  it('has what is needed to run, and nothing of development', async () => {
    const { files } = await programTree(ROOT, new Map());
    const paths = files.map(({ path }) => path);
    for (const path of [
      'dist/bundle/main.cjs',
      'units/docker-mirror.service.hbs',
      'node_modules/undici/package.json',
      'Kconfig',
    ]) {
      assert.ok(paths.includes(path), path);
    }
    const unneeded = paths.filter((path) =>
      /^node_modules\/(?:typescript|@biomejs|esbuild|fast-check)\/|\.d\.ts$|^(?:src|test)\/|run-tests$/.test(
        path,
      ),
    );
    assert.deepEqual(unneeded, []);
    assert.equal(new Set(paths).size, paths.length);
  });

  it('says what to do when it was not built', () =>
    inFolder(async (folder) => {
      const made = new Map<string, string>();
      const { files } = await programTree(ROOT, made);
      const path = join(folder, 'clone');
      await placeTree(
        path,
        files.filter(({ path: name }) => !name.startsWith('node_modules/')),
      );
      await rm(join(path, 'dist'), { recursive: true });
      await assert.rejects(programTree(path, made), (error: unknown) => {
        assert.ok(error instanceof ProgramError);
        assert.match(error.hint ?? '', /make build/);
        return true;
      });
    }));
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { asPart, Parts } from '../../parts/cleanup.js';
import { MAIN } from '../../parts/mirror.js';
import { lacking } from '../../parts/needs.js';
import { reservePort } from '../../parts/ports.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';
import { silentPort } from './detection.js';

/** The default of USE_DOCKER_MIRROR is what check-docker-mirror says: docs/adr/0006-detection.md. */
describe('detection in the root Kconfig', { skip: lacking({ programs: ['curl'] }) }, () => {
  const parts = new Parts();
  const at = {} as { folder: TempFolder; up: number; down: number; asked: number };

  before(async () => {
    at.folder = parts.add(await tempFolder('dm-detect'));
    at.down = await reservePort();
    at.asked = 0;
    const answer: RequestListener = (_, response) => {
      at.asked += 1;
      response.writeHead(200, { 'Docker-Distribution-Api-Version': 'registry/2.0' }).end('{}');
    };
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    parts.add(asPart(async () => void server.close()));
    at.up = (server.address() as AddressInfo).port;
  });
  after(() => parts.close());

  function config(file: string, port: number, ...words: string[]): Promise<string> {
    const env = {
      PATH: process.env['PATH'],
      HOME: at.folder.path,
      KCONFIG_CONFIG: file,
      DOCKER_REGISTRY_PORT: String(port),
    };
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [MAIN, 'config', ...words], { env, timeout: 30_000 }, (error, out, err) =>
        error === null ? resolve(out) : reject(new Error(`${words.join(' ')}: ${err}`, { cause: error })),
      );
    });
  }

  it('gives the default, by whether a mirror answers', async () => {
    for (const [port, value] of [
      [at.up, 'y'],
      [at.down, 'n'],
    ] as const) {
      const file = at.folder.file(`new-${value}`);
      assert.equal(await config(file, port, 'get', 'USE_DOCKER_MIRROR'), `${value}\n`);
      await config(file, port, 'defconfig');
      const line = value === 'y' ? 'CONFIG_USE_DOCKER_MIRROR=y' : '# CONFIG_USE_DOCKER_MIRROR is not set';
      assert.ok((await readFile(file, 'utf8')).includes(`\n${line}\n`));
    }
  });

  it('never changes a .config that is there, whether the mirror came or went', async () => {
    for (const [made, later] of [
      [at.up, at.down],
      [at.down, at.up],
    ] as const) {
      const file = at.folder.file(`kept-${made}`);
      await config(file, made, 'defconfig');
      const [text, { mtimeMs }] = [await readFile(file, 'utf8'), await stat(file)];
      const value = await config(file, made, 'get', 'USE_DOCKER_MIRROR');
      for (const command of ['olddefconfig', 'oldconfig']) await config(file, later, command);
      assert.equal(await readFile(file, 'utf8'), text);
      assert.equal((await stat(file)).mtimeMs, mtimeMs);
      assert.equal(await config(file, later, 'get', 'USE_DOCKER_MIRROR'), value);
    }
  });

  it('is spared whoever only wants values that .config has', async () => {
    const file = at.folder.file('spared');
    await config(file, at.up, 'defconfig');
    at.asked = 0;
    assert.equal(await config(file, at.up, 'get', 'DOCKER_MIRROR_PORT'), '5000\n');
    assert.equal(at.asked, 0);
    await config(file, at.up, 'list', '--changed');
    assert.equal(at.asked, 1);
    await writeFile(file, 'CONFIG_DOCKER_MIRROR_PORT=5000\n');
    assert.equal(await config(file, at.up, 'get', 'USE_DOCKER_MIRROR'), 'y\n');
    assert.equal(at.asked, 2);
  });

  it('costs a hung port no more than two seconds', async () => {
    const { port } = parts.add(await silentPort());
    const began = performance.now();
    assert.equal(await config(at.folder.file('hung'), port, 'get', 'USE_DOCKER_MIRROR'), 'n\n');
    // And what a busy machine takes to start programs.
    assert.ok(performance.now() - began < 2_000 + 2_000);
  });
});

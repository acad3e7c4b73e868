import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { StatusReport } from '#src/cli/status.js';
import { type RunResult, run } from '#src/host/exec.js';
import { programTree } from '#src/render/program-tree.js';
import { Parts } from '../parts/cleanup.js';
import { lacking } from '../parts/needs.js';
import { reservePort } from '../parts/ports.js';
import { type TempFolder, tempFolder } from '../parts/temp.js';
import { waitFor } from '../parts/wait.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const skip = lacking({ programs: ['setpriv'], root: true });
/** nobody, who has no systemd, no rights and no home but the one made here. */
const NOBODY = 65_534;

for (const { who, uid } of [
  { who: 'root', uid: 0 },
  { who: 'a normal user', uid: NOBODY },
]) {
  describe(`a host without systemd, for ${who}`, { skip, timeout: 180_000 }, () => {
    const parts = new Parts();
    let folder: TempFolder;
    let home: string;
    let filesBefore: string[];
    let port: number;

    /** The installed program, without compilers and other packages for developers, as that user. */
    function mirror(...words: string[]): Promise<RunResult> {
      const variables = [
        `HOME=${home}`,
        `PATH=${process.env['PATH']}`,
        `KCONFIG_CONFIG=${join(home, 'config')}`,
        // Where it is for root otherwise, another mirror may be.
        ...(uid === 0 ? [`DOCKER_MIRROR_PATH=${join(home, '.local/share/docker-mirror')}`] : []),
        'DOCKER_MIRROR_SYSTEMD=n',
      ];
      const user = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
      const program = folder.file('program', 'scripts', 'docker-mirror');
      return run('setpriv', [...user, 'env', '-i', ...variables, program, ...words], {
        cwd: home,
        timeout: 60_000,
        accept: [1, 3, 4],
      });
    }

    async function status(): Promise<StatusReport> {
      return JSON.parse((await mirror('status', '--json')).stdout) as StatusReport;
    }

    before(async () => {
      folder = parts.add(await tempFolder('alone'));
      chmodSync(folder.path, 0o755);
      for (const { path, mode, content } of (await programTree(ROOT, new Map())).files) {
        const to = folder.file('program', path);
        await mkdir(dirname(to), { recursive: true });
        if ('text' in content) await writeFile(to, content.text);
        else await copyFile(content.copyOf, to);
        chmodSync(to, mode);
      }
      home = folder.file('home');
      // As every home has them; what lies in them is what counts.
      for (const path of ['', '.local', '.local/share', '.local/state']) {
        await mkdir(join(home, path));
        chownSync(join(home, path), uid, uid);
      }
      port = await reservePort();
      await mirror('config', 'defconfig');
      await mirror('config', 'set', `DOCKER_MIRROR_PORT=${port}`, 'DOCKER_MIRROR_OFFLINE=y');
      await mirror('config', 'set', 'DOCKER_MIRROR_UPDATE_CALENDAR=*-*-* 03:30:00');
      await mirror('config', 'set', 'DOCKER_MIRROR_PRELOAD_IMAGES=n');
      filesBefore = await listing(home);
    });

    after(async () => {
      if (folder !== undefined) await mirror('uninstall', '--purge').catch(() => undefined);
      await parts.close();
    });

    it('has a supervised mirror after apply, which is that user’s own', async () => {
      assert.match((await mirror('apply')).stdout, /The mirror has started/);
      assert.equal(await answer(port), 200);
      const report = await status();
      assert.deepEqual([report.running, report.manager, report.service], [true, 'supervisor', null]);
      assert.equal((await stat(`/proc/${report.pid}`)).uid, uid);
      assert.equal((await stat(report.data ?? '')).uid, uid);
    });

    it('has its nightly update scheduled, and made up for at once', async () => {
      const report = await status();
      assert.equal(report.update.calendar, '*-*-* 03:30:00');
      const duties = await readFile(join(report.path, 'run/duties.json'), 'utf8');
      assert.match(duties, /\*-\*-\* 03:30:00/);
      await waitFor(async () => (await status()).update.last?.result === 'done', {
        what: 'the first update',
      });
    });

    it('changes nothing when it is applied again', async () => {
      const { pid } = await status();
      assert.match((await mirror('apply')).stdout, /is already running/);
      assert.equal((await status()).pid, pid);
    });

    it('is back after kill -9', async () => {
      const { pid } = await status();
      assert.ok(pid, 'its process is told');
      process.kill(pid, 'SIGKILL');
      await waitFor(async () => (await status()).pid !== pid && (await answer(port)) === 200, {
        what: 'it answers again',
      });
    });

    it('moves to another port', async () => {
      const other = await reservePort();
      await mirror('config', 'set', `DOCKER_MIRROR_PORT=${other}`);
      await mirror('apply');
      assert.equal(await answer(other), 200);
      assert.equal(await answer(port), undefined);
      await mirror('config', 'set', `DOCKER_MIRROR_PORT=${port}`);
    });

    it('stops, and starts again', async () => {
      await mirror('stop');
      assert.equal((await mirror('status')).exitCode, 3);
      await mirror('apply');
      assert.equal(await answer(port), 200);
    });

    it('is gone without a trace after uninstall --purge', async () => {
      assert.equal((await mirror('uninstall', '--purge')).exitCode, 0);
      assert.equal(await answer(port), undefined);
      const left = (await listing(home)).filter((line) => !/config\.old/.test(line));
      const there = filesBefore.filter((line) => !/config\.old/.test(line));
      assert.deepEqual(
        left.filter((line) => !there.includes(line)),
        [],
      );
    });
  });
}

async function answer(port: number): Promise<number | undefined> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/v2/`, { signal: AbortSignal.timeout(5000) })).status;
  } catch {
    // Nobody listens.
    return undefined;
  }
}

/** Every path with its content's checksum, but the settings, which the test itself changes. */
async function listing(folder: string): Promise<string[]> {
  const paths = await readdir(folder, { recursive: true, withFileTypes: true });
  return paths
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== join(folder, 'config'))
    .map(
      (path) =>
        `${path} ${execFileSync('sh', ['-c', 'cksum <"$1" 2>/dev/null || :', 'sh', path]).toString()}`,
    )
    .sort();
}

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inFolder } from '../host/folder.js';
import { eventually } from './sandbox.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const MAIN = join(ROOT, 'dist', 'bundle', 'main.cjs');
const LAUNCHER = join(ROOT, 'scripts', 'docker-mirror');

interface Result {
  readonly status: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  cwd = '/',
): Promise<Result> {
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd }, (error, out, err) =>
      resolve({ status: error?.code ?? 0, out, err }),
    );
  });
}

describe('the process', () => {
  it('is quiet when the reader of its output has gone', async () => {
    const { status, out, err } = await run('bash', [
      '-o',
      'pipefail',
      '-c',
      `"${process.execPath}" "${MAIN}" --help | true`,
    ]);
    assert.deepEqual({ status, out, err }, { status: 0, out: '', err: '' });
  });

  it('prints no colours and no progress to a pipe', async () => {
    const { status, out } = await run(process.execPath, [MAIN, 'status', '--path', '/nonexistent']);
    assert.equal(status, 3);
    assert.equal(out.includes('\u001b'), false);
  });

  it('ends logs --follow on Ctrl-C with 0', () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, 'logs'));
      await writeFile(join(folder, 'logs', 'docker-mirror.log'), 'a line\n');
      const child = spawn(process.execPath, [MAIN, 'logs', '-f', '--path', folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exit = once(child, 'exit');
      assert.equal(String((await once(child.stdout, 'data'))[0]), 'a line\n');
      child.kill('SIGINT');
      assert.deepEqual(await exit, [0, null]);
    }));
});

describe('start, as a user who may not', () => {
  it('says what to do', { skip: process.getuid?.() !== 0 && 'needs root to become somebody else' }, () =>
    inFolder(async (folder) => {
      await chmod(folder, 0o755);
      const args = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, MAIN, 'start'];
      const { status, err } = await run('setpriv', [...args, '--path', join(folder, 'mirror')]);
      assert.equal(status, 1);
      assert.match(
        err,
        /cannot make the folder .*EACCES.*\nhint: run it as root, or choose .*DOCKER_MIRROR_PATH=/,
      );
    }),
  );
});

describe('scripts/docker-mirror', () => {
  it('works through symbolic links and from any folder', () =>
    inFolder(async (folder) => {
      await symlink(LAUNCHER, join(folder, 'one'));
      await symlink('one', join(folder, 'two words'));
      const { status, out } = await run(join(folder, 'two words'), ['--version'], process.env, folder);
      assert.equal(status, 0);
      assert.match(out, /^\d+\.\d+\.\d+\n$/);
    }));

  it('says what to do when it has not been built', () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, 'scripts'));
      await run('cp', [LAUNCHER, join(ROOT, 'scripts', 'find-node'), join(folder, 'scripts')]);
      const { status, err } = await run(join(folder, 'scripts', 'docker-mirror'), ['start']);
      assert.equal(status, 1);
      assert.match(err, /it has not been built yet\nhint: run "make build" in /);
    }));
});

describe('scripts/find-node', () => {
  const find = (path: string) => run('/bin/sh', [join(ROOT, 'scripts', 'find-node')], { PATH: path });

  it('prefers the one on the PATH', async () => {
    const folder = join(process.execPath, '..');
    assert.equal((await find(`${folder}:/usr/bin:/bin`)).out, `${process.execPath}\n`);
  });

  it('passes over one that is too old', () =>
    inFolder(async (folder) => {
      for (const version of ['v18.19.0', 'v20.18.9', 'nonsense', '']) {
        await writeFile(join(folder, 'node'), `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
        const { status, out, err } = await find(`${folder}:/usr/bin:/bin`);
        assert.ok(!out.startsWith(folder), version);
        // Where no other is installed, the reason names it.
        if (status !== 0)
          assert.match(err, /Node\.js 20\.19 or newer is needed; found only: .*\nhint: install it/);
      }
      await writeFile(join(folder, 'node'), '#!/bin/sh\necho v20.19.0\n', { mode: 0o755 });
      assert.equal((await find(`${folder}:/usr/bin:/bin`)).out, `${join(folder, 'node')}\n`);
    }));
});

describe('bash completion', () => {
  it('completes commands and options', () =>
    inFolder(async (folder) => {
      await symlink(LAUNCHER, join(folder, 'docker-mirror'));
      const script = `PATH="${folder}:$PATH"; source <(docker-mirror completion bash)
        complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _docker_mirror; echo "\${COMPREPLY[*]}"; }
        complete_words docker-mirror sta; complete_words docker-mirror status --js; complete_words docker-mirror completion z`;
      const { out, err } = await run('bash', ['-c', script]);
      assert.equal(err, '');
      const [commands, options, shells] = out.split('\n');
      assert.deepEqual(commands?.split(/\s+/).toSorted(), ['start', 'status']);
      assert.equal(options, '--json');
      assert.equal(shells, 'zsh');
    }));
});

describe('make', () => {
  it('alone shows every target that is meant for people', async () => {
    const { status, out } = await run('make', ['-s', '-C', ROOT]);
    assert.equal(status, 0);
    for (const target of [
      'docker-mirror',
      'docker-mirror-stop',
      'docker-mirror-status',
      'docker-mirror-logs',
      'docker-mirror-clean',
      'test',
    ]) {
      assert.match(out, new RegExp(`^ {2}make ${target} +\\S`, 'm'));
    }
  });

  it('has scripts that shellcheck has nothing to say about', async () => {
    const { status, out } = await run('sh', [
      '-c',
      `cd "${ROOT}" && shellcheck $(ls -d scripts/* | grep -v mjs) .ci/run`,
    ]);
    assert.deepEqual({ status, out }, { status: 0, out: '' });
  });
});

describe('a crash', () => {
  it('of the log’s reader leaves no process behind', () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, 'logs'));
      await writeFile(join(folder, 'logs', 'docker-mirror.log'), 'a line\n');
      const child = spawn(process.execPath, [MAIN, 'logs', '-f', '--path', folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exit = once(child, 'exit');
      await once(child.stdout, 'data');
      child.stdout.destroy();
      await eventually(async () => {
        await writeFile(join(folder, 'logs', 'docker-mirror.log'), 'another line\n', { flag: 'a' });
        return child.exitCode === null ? undefined : true;
      });
      assert.deepEqual(await exit, [0, null]);
    }));
});

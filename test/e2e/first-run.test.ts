import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { COMMANDS } from '#src/cli/commands.js';
import type { StatusReport } from '#src/cli/status.js';
import { reservePort } from '../parts/ports.js';
import { documentedBlocks } from './documentation.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LEFT_OUT = new Set(['node_modules', 'dist', 'build', '.git', '.config', '.config.old']);

let folder: string;
let clone: string;
let port: number;

interface Result {
  readonly status: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

function run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  const options = {
    cwd: clone,
    timeout: 180_000,
    env: {
      ...cleanEnvironment(),
      DOCKER_MIRROR_PATH: join(folder, 'mirror'),
      DOCKER_MIRROR_PORT: `${port}`,
      // This host is left as it is, also where it has systemd.
      DOCKER_MIRROR_SYSTEMD: 'n',
      ...env,
    },
  };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, out, err) => resolve({ status: error?.code ?? 0, out, err }));
  });
}

/** Without what an outer make, npm or test runner tells its children. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(MAKE|MFLAGS|npm_|NODE_TEST|DOCKER_MIRROR_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

async function make(target: string, env: Record<string, string> = {}): Promise<Result> {
  return await run('make', [target], env);
}

async function succeed(result: Promise<Result>): Promise<Result> {
  const done = await result;
  assert.equal(done.status, 0, `${done.out}\n${done.err}`);
  return done;
}

async function status(): Promise<StatusReport> {
  return JSON.parse((await run('scripts/docker-mirror', ['status', '--json'])).out) as StatusReport;
}

async function answersV2(): Promise<number | undefined> {
  return await fetch(`http://localhost:${port}/v2/`).then(
    (response) => response.status,
    () => undefined,
  );
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-mirror-first-run-'));
  clone = join(folder, 'a clone');
  await cp(ROOT, clone, { recursive: true, filter: (source) => !LEFT_OUT.has(basename(source)) });
  port = await reservePort();
});

after(async () => {
  await run('scripts/docker-mirror', ['stop', '--timeout', '2']);
  await rm(folder, { recursive: true, force: true });
});

describe('a newcomer', () => {
  it('has a mirror after `make docker-mirror` in a fresh clone', async () => {
    const { out } = await succeed(make('docker-mirror'));
    assert.match(out, new RegExp(`The mirror has started: http://localhost:${port}\n`));
    assert.equal(await answersV2(), 200);
    const { data } = await status();
    assert.equal(data, join(folder, 'mirror', 'registry'));
  });

  it('may type it again: nothing is installed, built or started', async () => {
    const before = [await stat(join(clone, 'dist', 'bundle', 'main.cjs')), await status()] as const;
    const { out } = await succeed(make('docker-mirror'));
    assert.match(out, /already running/);
    assert.doesNotMatch(out, /Installing/);
    assert.equal((await stat(join(clone, 'dist', 'bundle', 'main.cjs'))).mtimeMs, before[0].mtimeMs);
    assert.equal((await status()).pid, before[1].pid);
  });

  it('gets a new build after a change, or when a part of the old one is gone', async () => {
    const main = join(clone, 'dist', 'bundle', 'main.cjs');
    const old = (await stat(main)).mtimeMs;
    const now = new Date();
    await utimes(join(clone, 'src', 'main.ts'), now, now);
    await succeed(make('build'));
    assert.ok((await stat(main)).mtimeMs > old);
    await rm(main);
    await succeed(make('build'));
    await stat(main);
  });

  it('sees how it is doing', async () => {
    const report = await status();
    assert.deepEqual(
      [report.running, report.answers, report.problem, report.restarts],
      [true, true, null, 0],
    );
    // There may be no way out to the upstreams here, which a status tells, with a status of its own.
    assert.match((await make('docker-mirror-status')).out, /^mirror\s+running(, with trouble)?$/m);
    assert.match((await succeed(make('docker-mirror-logs'))).out, /"msg":/);
    // The first update may have filled more than what is shown without being asked for more.
    const log = await succeed(run('scripts/docker-mirror', ['logs', '--lines', '10000']));
    assert.match(log.out, /listening/);
  });

  it('stops it, and starts it again', async () => {
    await succeed(make('docker-mirror-stop'));
    assert.equal(await answersV2(), undefined);
    assert.equal((await run('scripts/docker-mirror', ['status'])).status, 3);
    await succeed(make('docker-mirror-stop'));
    await succeed(make('docker-mirror'));
    assert.equal(await answersV2(), 200);
  });

  it('is told which mirror has the port', async () => {
    const { status: code, err } = await make('docker-mirror', {
      DOCKER_MIRROR_PATH: join(folder, 'another'),
    });
    assert.notEqual(code, 0);
    assert.match(
      err,
      new RegExp(`port ${port} is taken by the docker-mirror in .*/mirror \\(process \\d+\\)`),
    );
  });

  it('cleans up and keeps the images', async () => {
    await succeed(make('docker-mirror-clean'));
    assert.deepEqual((await readdir(join(folder, 'mirror'))).toSorted(), ['images', 'registry']);
  });
});

describe('the documentation', () => {
  // Images that cannot be fetched from here would be told by every status.
  before(async () => {
    await succeed(run('scripts/docker-mirror', ['config', 'set', 'DOCKER_MIRROR_PRELOAD_IMAGES=n']));
  });

  it('shows commands that work: every block marked sh is run', async () => {
    const blocks = documentedBlocks(clone).filter(({ language }) => language === 'sh');
    assert.ok(blocks.length > 5, 'the blocks were found');
    for (const block of blocks) {
      const { status: code, out, err } = await run('sh', ['-eu', '-c', block.text]);
      assert.equal(code, 0, `${block.place}\n${block.text}\n${out}\n${err}`);
    }
  });

  it('names no target or command that is not there', async () => {
    const makefile = (await run('make', ['-s'])).out;
    const commands = COMMANDS.map(({ usage }) => usage.split(' ')[0]);
    for (const { place, language, text } of documentedBlocks(clone)) {
      if (language !== 'sh' && language !== 'console') continue;
      for (const [, target] of text.matchAll(/^(?:\$ )?make ([a-z-]+)/gm)) {
        assert.ok(makefile.includes(`  make ${target} `), `${place}: make ${target}`);
      }
      for (const [, command] of text.matchAll(/\bscripts\/docker-mirror ([a-z][a-z-]*)/g)) {
        assert.ok(commands.includes(command), `${place}: docker-mirror ${command}`);
      }
    }
  });

  it('shows JSON and YAML that can be read', () => {
    for (const { place, language, text } of documentedBlocks(clone)) {
      if (language === 'json') assert.doesNotThrow(() => JSON.parse(text), place);
      if (language === 'yaml') assert.doesNotThrow(() => parseYaml(text), place);
    }
  });
});

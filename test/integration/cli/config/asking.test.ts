import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lacking } from '../../../parts/needs.js';
import { inFolder } from '../../host/folder.js';
import { config, MAIN, makeTree, startConfig, textIn } from './tree.js';

const TREE = `mainmenu "Tree"
config A
	bool "First"
config N
	int "Second"
	range 1 9
	default 5
config S
	string "Third"
`;

const OLD = 'CONFIG_A=y\n';

async function inTree(work: (folder: string) => Promise<void>, old: string | undefined = OLD): Promise<void> {
  await inFolder(async (folder) => {
    await makeTree(folder, TREE, old);
    await work(folder);
  });
}

/** Nothing but what was there from the start. */
async function assertUntouched(folder: string): Promise<void> {
  assert.equal(await textIn(folder), OLD);
  assert.deepEqual((await readdir(folder)).toSorted(), ['.config', 'Kconfig']);
}

/** Resolves when a running program has printed a text. */
async function printed(child: ReturnType<typeof startConfig>, wanted: string): Promise<void> {
  let seen = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    seen += String(chunk);
    if (seen.includes(wanted)) return;
  }
  assert.fail(`it ended without "${wanted}": ${seen}`);
}

describe('questions', () => {
  for (const mode of ['config', 'oldconfig']) {
    it(`${mode} leaves all as it is when the input ends too soon`, () =>
      inTree(async (folder) => {
        const { status, out, err } = await config(folder, [mode], {
          input: mode === 'config' ? 'n\n7' : '7\n',
        });
        assert.equal(status, 1);
        assert.match(out, /Second \(N\) \[5\] \(NEW\) 7\n/);
        assert.match(
          err,
          /the input ended before all was answered: .*\.config was left as it is\nhint: .*olddefconfig/,
        );
        await assertUntouched(folder);
      }));
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`leave all as it is on ${signal}`, () =>
      inTree(async (folder) => {
        const child = startConfig(folder, ['config']);
        const ended = once(child, 'exit');
        let err = '';
        child.stderr.on('data', (chunk) => {
          err += String(chunk);
        });
        child.stdin.write('n\n');
        await printed(child, 'Second (N)');
        child.kill(signal);
        assert.deepEqual(await ended, [130, null]);
        assert.match(err, /interrupted: .*\.config was left as it is/);
        await assertUntouched(folder);
      }));
  }

  it('are shown and not written with --dry-run', () =>
    inTree(async (folder) => {
      const { status, out } = await config(folder, ['config', '--dry-run'], { input: 'n\n7\nx\n' });
      assert.equal(status, 0);
      assert.match(out, /^A: y -> n\nN: 5 -> 7\nS: "" -> "x"\n/m);
      await assertUntouched(folder);
    }));

  it('are none when nothing is new', () =>
    inTree(async (folder) => {
      await config(folder, ['olddefconfig']);
      const { status, out } = await config(folder, ['oldconfig']);
      assert.deepEqual([status, out], [0, `#\n# No change to ${folder}/.config\n#\n`]);
    }));
});

describe('syncconfig', () => {
  it('fails where something is new and nobody can be asked', () =>
    inTree(async (folder) => {
      const { status, err } = await config(folder, ['syncconfig'], { input: '\n\n' });
      assert.equal(status, 1);
      assert.match(err, /says nothing about N, S, and nobody can be asked\nhint: .*oldconfig/);
      await assertUntouched(folder);
    }));

  it('writes what is for builds only when it changes', () =>
    inTree(async (folder) => {
      await config(folder, ['olddefconfig']);
      assert.equal((await config(folder, ['syncconfig'])).status, 0);
      const files = ['.config', 'include/config/auto.conf', 'include/generated/autoconf.h'].map((name) =>
        join(folder, name),
      );
      const then = new Date('2001-02-03T04:05:06Z');
      for (const file of files) await utimes(file, then, then);
      await config(folder, ['syncconfig']);
      for (const file of files) assert.deepEqual((await stat(file)).mtime, then, file);
      await config(folder, ['set', 'N=6']);
      await config(folder, ['syncconfig']);
      assert.match(await textIn(folder, 'include/config/auto.conf'), /^CONFIG_N=6$/m);
    }));

  it('writes them where the environment says', () =>
    inTree(async (folder) => {
      await config(folder, ['olddefconfig']);
      const env = { KCONFIG_AUTOCONFIG: 'make.conf', KCONFIG_AUTOHEADER: 'c/header.h' };
      assert.equal((await config(folder, ['syncconfig'], { env })).status, 0);
      assert.match(await textIn(folder, 'make.conf'), /^CONFIG_A=y$/m);
      assert.match(await textIn(folder, 'c/header.h'), /^#define CONFIG_A 1$/m);
    }));

  it('does not write .config with KCONFIG_NOSILENTUPDATE', () =>
    inTree(async (folder) => {
      const env = { KCONFIG_NOSILENTUPDATE: '1' };
      const { status, err } = await config(folder, ['syncconfig'], { env });
      assert.equal(status, 1);
      assert.match(err, /is not up to date, and KCONFIG_NOSILENTUPDATE/);
      await assertUntouched(folder);
      await config(folder, ['olddefconfig']);
      assert.equal((await config(folder, ['syncconfig'], { env })).status, 0);
    }));
});

/** A terminal, made by script(1), that types for somebody. */
async function onTerminal(
  folder: string,
  mode: string,
  type: (screen: string) => string | undefined,
): Promise<{ readonly screen: string; readonly status: number | null }> {
  const command = `'${process.execPath}' '${MAIN}' config ${mode} --kconfig Kconfig`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let screen = '';
  for await (const chunk of child.stdout) {
    screen += String(chunk);
    const typed = type(screen);
    if (typed !== undefined) child.stdin.write(typed);
  }
  return { screen, status: (await ended)[0] };
}

describe('questions on a terminal', { skip: lacking({ programs: ['script'] }) }, () => {
  it('are answered line by line, also by syncconfig', () =>
    inTree(async (folder) => {
      const answers = new Map([
        ['Second (N) [5] (NEW) ', '7\n'],
        ['Third (S) [] (NEW) ', 'word\n'],
      ]);
      const { screen, status } = await onTerminal(folder, 'syncconfig', (seen) => {
        const question = [...answers.keys()].find((each) => seen.endsWith(each));
        const answer = question === undefined ? undefined : answers.get(question);
        if (question !== undefined) answers.delete(question);
        return answer;
      });
      assert.equal(status, 0, screen);
      assert.match(await textIn(folder), /^CONFIG_A=y\nCONFIG_N=7\nCONFIG_S="word"$/m);
      assert.equal(screen.split('word').length, 2, 'an answer is seen once');
    }));

  it('end with Ctrl-C, and all is as it was', () =>
    inTree(async (folder) => {
      let isDone = false;
      const { screen, status } = await onTerminal(folder, 'config', (seen) => {
        if (isDone || !seen.includes('First (A)')) return undefined;
        isDone = true;
        return '\u0003';
      });
      assert.equal(status, 130);
      assert.match(screen, /interrupted: .*\.config was left as it is/);
      await assertUntouched(folder);
    }));
});

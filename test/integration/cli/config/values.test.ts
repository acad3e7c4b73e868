import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { configCommand } from '#src/cli/config.js';
import { runProgram } from '#src/cli/program.js';
import { emptyContext } from '../../../unit/cli/support.js';
import { inFolder } from '../../host/folder.js';
import { config, MAIN, makeTree, runIn, textIn } from './tree.js';

const TREE = `mainmenu "Tree"
config ENABLE
	bool "Enable"
	default y
	help
	  Whether it is there at all.
config INSTALL
	bool "Install"
	depends on ENABLE
config PORT
	int "Port"
	depends on INSTALL
	range 1 65535
	default 5000
config NAME
	string "Name"
config EXPERT
	bool "Expert"
	select HELD
config HELD
	bool "Held"
choice
	prompt "Engine"
config OURS
	bool "ours"
config THEIRS
	bool "theirs"
endchoice
`;

interface Result {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

type Run = (...words: string[]) => Promise<Result>;

/** Works with the command line in this process, on a tree of its own. */
async function inTree(work: (run: Run, folder: string) => Promise<void>, old?: string): Promise<void> {
  await inFolder(async (folder) => {
    await makeTree(folder, TREE, old);
    await work(async (first = '', ...rest) => {
      const context = emptyContext({ cwd: folder, env: { PATH: process.env['PATH'] } });
      const words = ['config', first, '--kconfig', 'Kconfig', ...rest];
      const status = await runProgram(words, [configCommand], '1', context);
      return { status, out: context.stdout.text, err: context.stderr.text };
    }, folder);
  });
}

async function unchanged(folder: string, work: () => Promise<void>): Promise<void> {
  const read = async () => await textIn(folder).catch(() => 'none');
  const [before, names] = [await read(), await readdir(folder)];
  await work();
  assert.equal(await read(), before);
  assert.deepEqual(await readdir(folder), names);
}

describe('config get', () => {
  it('prints values alone, one a line, by names with or without prefix', () =>
    inTree(async (run) => {
      assert.deepEqual(await run('get', 'ENABLE', 'CONFIG_PORT', 'NAME', 'held', 'PORT'), {
        status: 0,
        out: 'y\n80\na "b" c\nn\n80\n',
        err: '',
      });
    }, 'CONFIG_INSTALL=y\nCONFIG_PORT=80\nCONFIG_NAME="a \\"b\\" c"\n'));

  it('prints JSON', () =>
    inTree(async (run) => {
      const { out } = await run('get', '--json', 'ENABLE', 'NAME');
      assert.deepEqual(JSON.parse(out), { ENABLE: 'y', NAME: '' });
    }));

  it('names the nearest symbol, and prints nothing, when one is unknown', () =>
    inTree(async (run) => {
      const { status, out, err } = await run('get', 'ENABLE', 'PROT');
      assert.deepEqual([status, out], [1, '']);
      assert.match(err, /^docker-mirror: there is no symbol PROT\nhint: did you mean PORT\?/);
    }));

  it('needs a name', () =>
    inTree(async (run) => {
      assert.equal((await run('get')).status, 2);
    }));

  it('writes nothing', () =>
    inTree(async (run, folder) => {
      await unchanged(folder, async () => {
        await run('get', 'ENABLE');
        await run('list');
        await run('explain', 'ENABLE');
        await run('export', 'yaml');
      });
    }));

  it('says where Kconfig files are wrong, with status 78', () =>
    inTree(async (run, folder) => {
      await writeFile(join(folder, 'Kconfig'), 'config A\n\tbool "a"\n\tdepends off\n');
      const { status, out, err } = await run('get', 'A');
      assert.deepEqual([status, out], [78, '']);
      assert.match(err, /^docker-mirror: Kconfig:3: /);
    }));

  it('warns of lines that have no effect', () =>
    inTree(async (run, folder) => {
      const { status, out, err } = await run('get', 'ENABLE');
      assert.deepEqual([status, out], [0, 'y\n']);
      assert.match(err, new RegExp(`^warning: ${folder}/\\.config:1: .*NONE`));
    }, 'CONFIG_NONE=y\n'));

  it('takes the short way of the real program, with the same answers', () =>
    inTree(async (_run, folder) => {
      const env = { KCONFIG_CONFIG: join(folder, 'none') };
      const ask = (...words: string[]) =>
        runIn(folder, process.execPath, [MAIN, 'config', 'get', ...words], { env });
      // The real program looks into its own tree, or says that there is none; both ways must say the same.
      const [short, long] = [await ask('NO_SUCH_SYMBOL'), await ask('NO_SUCH_SYMBOL', '--json')];
      assert.deepEqual(short, long);
      assert.notEqual(short.status, 0);
    }));

  it('loads no package on the short way, so that scripts can ask often', () =>
    inTree(async (_run, folder) => {
      const hook =
        'export async function load(url, context, next) { process._rawDebug(url); return next(url, context); }';
      const register = `import { register } from 'node:module'; register('data:text/javascript,${encodeURIComponent(hook)}');`;
      const traced = [
        '--import',
        `data:text/javascript,${encodeURIComponent(register)}`,
        MAIN,
        'config',
        'get',
        'ANY',
      ];
      const { err } = await runIn(folder, process.execPath, traced);
      const loaded = err.split('\n').filter((line) => /^(?:file|node):/.test(line));
      assert.ok(loaded.some((url) => url.endsWith('/dist/bundle/main.cjs')));
      assert.deepEqual(
        loaded.filter((url) => url.includes('/node_modules/')),
        [],
      );
    }));
});

describe('config set', () => {
  it('changes values and says what came of it', () =>
    inTree(async (run, folder) => {
      assert.deepEqual(await run('set', 'PORT=5005', 'CONFIG_INSTALL=y', 'EXPERT=y'), {
        status: 0,
        out: `INSTALL: n -> y\nEXPERT: n -> y\nHELD: n -> y\nPORT: (none) -> 5005\n${folder}/.config was made.\n`,
        err: '',
      });
      assert.match(await textIn(folder), /^CONFIG_INSTALL=y\nCONFIG_PORT=5005$/m);
    }));

  it('takes a name and a value as two words, and what looks like an option after --', () =>
    inTree(async (run) => {
      assert.equal((await run('set', 'NAME', 'two words')).out.split('\n')[0], 'NAME: "" -> "two words"');
      assert.equal((await run('set', 'NAME=a=b')).out, 'NAME: "two words" -> "a=b"\n');
      assert.equal((await run('set', '--', 'NAME', '--json')).out, 'NAME: "a=b" -> "--json"\n');
      assert.equal((await run('set', 'NAME=')).out, 'NAME: "--json" -> ""\n');
      assert.equal((await run('set', 'NAME', '007')).out, 'NAME: "" -> "007"\n');
      assert.equal((await run('set', 'THEIRS=y')).out, 'OURS: y -> n\nTHEIRS: n -> y\n');
    }));

  for (const [words, message, hint] of [
    [
      ['PORT=80'],
      'PORT cannot be "80": it needs INSTALL=y (now n)',
      'docker-mirror config set INSTALL=y PORT=80',
    ],
    [['ENABLE=n', 'INSTALL=y'], 'INSTALL cannot be "y": it needs ENABLE=y (now n)', 'see'],
    [
      ['ENABLE=maybe'],
      'ENABLE cannot be "maybe": it does not take that value: expected y or n, found "maybe"',
      'see',
    ],
    [
      ['NAME=x', 'OURS=n'],
      'OURS cannot be "n": it is the value of choice "Engine": choose another one',
      'see',
    ],
    [['OURS=y', 'THEIRS=y'], 'OURS cannot be "y" together with the others', undefined],
    [['NAME=a\nCONFIG_EXPERT=y'], 'NAME cannot be "a\\nCONFIG_EXPERT=y": it cannot hold line ends', 'see'],
  ] as const) {
    it(`changes nothing when a value does not take: ${JSON.stringify(words)}`, () =>
      inTree(async (run, folder) => {
        await unchanged(folder, async () => {
          const { status, out, err } = await run('set', 'EXPERT=y', ...words);
          assert.deepEqual([status, out], [1, '']);
          assert.ok(err.startsWith(`docker-mirror: ${message}`), err);
          assert.match(err, /\nNothing was changed\.\n/);
          const said = /^hint: (.*)$/m.exec(err)?.[1];
          if (hint === 'see') assert.match(said ?? '', /^see "docker-mirror config explain \w+"$/);
        });
        if (!hint?.startsWith('docker-mirror') || words.length > 1) return;
        // What the hint says works.
        const { err } = await run('set', ...words);
        const said = /^hint: docker-mirror config set (.*)$/m.exec(err)?.[1] ?? '';
        assert.equal(`docker-mirror config set ${said}`, hint);
        assert.equal((await run('set', ...said.split(' '))).status, 0);
      }, 'CONFIG_ENABLE=y\n'));
  }

  it('says what holds a value', () =>
    inTree(async (run) => {
      const { status, err } = await run('set', 'HELD=n');
      assert.equal(status, 1);
      assert.match(
        err,
        /HELD cannot be "n": it is selected by EXPERT=y\n.*\nhint: docker-mirror config set EXPERT=n HELD=n\n/,
      );
      assert.equal((await run('set', 'EXPERT=n', 'HELD=n')).status, 0);
    }, 'CONFIG_EXPERT=y\n'));

  it('shows with --dry-run what would change', () =>
    inTree(async (run, folder) => {
      await unchanged(folder, async () => {
        const { status, out } = await run('set', 'EXPERT=y', '--dry-run');
        assert.equal(status, 0);
        assert.equal(
          out,
          `EXPERT: n -> y\nHELD: n -> y\n${folder}/.config would be made; nothing was written.\n`,
        );
      });
    }));

  it('wants SYMBOL=VALUE', () =>
    inTree(async (run) => {
      for (const words of [[], ['NAME'], ['=x'], ['A', 'B', 'C']]) {
        const { status, err } = await run('set', ...words);
        assert.equal(status, 2, JSON.stringify(words));
        assert.match(err, /^docker-mirror: .+\nhint: /);
      }
    }));

  it('leaves an equal file alone', () =>
    inTree(async (run, folder) => {
      await run('set', 'EXPERT=y');
      const then = new Date('2001-02-03T04:05:06Z');
      await utimes(join(folder, '.config'), then, then);
      assert.deepEqual(await run('set', 'EXPERT=y'), { status: 0, out: '', err: '' });
      assert.deepEqual((await stat(join(folder, '.config'))).mtime, then);
    }));
});

describe('config set, several at once', () => {
  it('loses no change', () =>
    inFolder(async (folder) => {
      const names = ['A', 'B', 'C', 'D', 'E'];
      await makeTree(folder, names.map((name) => `config ${name}\n\tbool "${name}"\n`).join(''));
      const outcomes = await Promise.all(names.map((name) => config(folder, ['set', `${name}=y`])));
      assert.deepEqual(
        outcomes.map(({ status, err }) => [status, err]),
        names.map(() => [0, '']),
      );
      assert.equal((await config(folder, ['get', ...names])).out, 'y\n'.repeat(names.length));
      assert.deepEqual((await readdir(folder)).toSorted(), ['.config', '.config.old', 'Kconfig']);
    }));
});

describe('config unset', () => {
  it('lets defaults count again', () =>
    inTree(async (run) => {
      assert.deepEqual(await run('unset', 'PORT', 'CONFIG_EXPERT', 'THEIRS'), {
        status: 0,
        out: 'PORT: 80 -> 5000\nEXPERT: y -> n\nHELD: y -> n\nOURS: n -> y\nTHEIRS: y -> n\n',
        err: '',
      });
      assert.equal((await run('unset', 'NONE')).status, 1);
    }, 'CONFIG_INSTALL=y\nCONFIG_PORT=80\nCONFIG_EXPERT=y\nCONFIG_THEIRS=y\n'));
});

describe('config explain', () => {
  it('tells people', () =>
    inTree(async (run) => {
      const { status, out } = await run('explain', 'PORT', 'ENABLE');
      assert.equal(status, 0);
      assert.equal(
        out,
        `PORT: Port

Value: (none) (nothing gives it another)
Type: int
Default: 5000 if INSTALL [=n]
Depends on: INSTALL [=n] (does not hold)
Is not asked for: needs INSTALL=y (now n)
Defined at Kconfig:10

ENABLE: Enable

Whether it is there at all.

Value: y (its default)
Type: bool
Can be: n, y
Default: y
Defined at Kconfig:2
`,
      );
    }));

  it('tells programs', () =>
    inTree(async (run) => {
      const [held] = JSON.parse((await run('explain', 'HELD', '--json')).out) as [Record<string, unknown>];
      assert.deepEqual(
        [held['name'], held['value'], held['source'], held['selectedBy']],
        ['HELD', 'y', 'selected', [{ name: 'EXPERT', value: 'y' }]],
      );
    }, 'CONFIG_EXPERT=y\n'));
});

describe('config list', () => {
  it('prints what applies, or what was changed', () =>
    inTree(async (run) => {
      assert.equal(
        (await run('list')).out,
        'ENABLE=y\nINSTALL=n\nNAME="x"\nEXPERT=n\nHELD=n\nOURS=n\nTHEIRS=y\n',
      );
      assert.equal((await run('list', '--changed')).out, 'NAME="x"\nTHEIRS=y\n');
      const rows = JSON.parse((await run('list', '--changed', '--json')).out) as unknown[];
      assert.deepEqual(rows[0], { name: 'NAME', type: 'string', value: 'x', changed: true, prompt: 'Name' });
    }, 'CONFIG_NAME="x"\nCONFIG_THEIRS=y\n'));
});

describe('config merge', () => {
  const files = async (folder: string, texts: Record<string, string>) => {
    for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  };

  it('lays fragments over the settings', () =>
    inTree(async (run, folder) => {
      await files(folder, { a: 'CONFIG_INSTALL=y\nCONFIG_THEIRS=y\n', b: 'CONFIG_PORT=81\n' });
      const { status, err } = await run('merge', 'b', 'a');
      assert.deepEqual([status, err], [0, '']);
      const text = await textIn(folder);
      assert.match(text, /^CONFIG_PORT=81\nCONFIG_NAME="kept"$/m);
      assert.match(text, /^CONFIG_THEIRS=y$/m);
    }, 'CONFIG_NAME="kept"\nCONFIG_OURS=y\n'));

  it('starts from nothing with --fresh', () =>
    inTree(async (run, folder) => {
      await files(folder, { a: 'CONFIG_INSTALL=y\n' });
      assert.equal((await run('merge', '--fresh', 'a')).status, 0);
      assert.match(await textIn(folder), /^CONFIG_NAME=""$/m);
    }, 'CONFIG_NAME="lost"\n'));

  it('names conflicts, and the last one counts', () =>
    inTree(async (run, folder) => {
      await files(folder, { a: 'CONFIG_NAME="a"\n', b: 'CONFIG_NAME="b"\n' });
      const { status, err } = await run('merge', 'a', 'b');
      assert.equal(status, 0);
      assert.equal(err, `warning: NAME is a in ${folder}/a and b in ${folder}/b; the last one counts\n`);
      assert.match(await textIn(folder), /^CONFIG_NAME="b"$/m);
    }));

  it('names values that do not take, and writes nothing unless forced', () =>
    inTree(async (run, folder) => {
      await files(folder, { a: 'CONFIG_PORT=81\nCONFIG_EXPERT=y\n' });
      await unchanged(folder, async () => {
        const { status, err } = await run('merge', 'a');
        assert.equal(status, 1);
        assert.match(err, /\/a: PORT cannot be "81": it needs INSTALL=y \(now n\); it is ""\n/);
      });
      const { status, err } = await run('merge', 'a', '--force');
      assert.equal(status, 0);
      assert.match(err, /^warning: .*PORT cannot be "81"/);
      assert.match(await textIn(folder), /^CONFIG_EXPERT=y$/m);
    }));

  it('says which file is not there', () =>
    inTree(async (run) => {
      const { status, err } = await run('merge', 'none');
      assert.equal(status, 1);
      assert.match(err, /cannot read none: there is no such file/);
    }));
});

describe('config export', () => {
  it('writes into a file, once', () =>
    inTree(async (run, folder) => {
      assert.match((await run('export', 'yaml', 'vars/extra_vars.yaml')).out, /was written/);
      assert.match((await run('export', 'yaml', 'vars/extra_vars.yaml')).out, /is up to date/);
      const vars = parse(await textIn(folder, 'vars/extra_vars.yaml')) as Record<string, unknown>;
      assert.deepEqual([vars['enable'], vars['install'], vars['name']], [true, false, '']);
      assert.match((await run('export', 'header')).out, /^#define CONFIG_ENABLE 1$/m);
      assert.match((await run('export', 'auto-conf', '-')).out, /^CONFIG_ENABLE=y$/m);
      assert.equal((await run('export', 'toml')).status, 2);
    }));

  it('writes to devices and does not replace them', () =>
    inTree(async (run, folder) => {
      const pipe = join(folder, 'pipe');
      await promisify(execFile)('mkfifo', [pipe]);
      const reader = readFile(pipe, 'utf8');
      assert.equal((await run('export', 'auto-conf', pipe)).status, 0);
      assert.match(await reader, /^CONFIG_ENABLE=y$/m);
      assert.ok((await stat(pipe)).isFIFO());
      const { status, err } = await run('export', 'yaml', '/dev/full');
      assert.equal(status, 1);
      assert.match(err, /cannot write \/dev\/full: ENOSPC/);
    }));
});

describe('config defconfig', () => {
  it('takes sets of settings by name, by target and by file', () =>
    inTree(async (run, folder) => {
      await mkdir(join(folder, 'defconfigs'));
      await writeFile(join(folder, 'defconfigs', 'lab_defconfig'), 'CONFIG_NAME="lab"\n');
      await writeFile(join(folder, 'defconfigs', 'docker-mirror_defconfig'), 'CONFIG_NAME="usual"\n');
      await writeFile(join(folder, 'mine'), 'CONFIG_NAME="mine"\n');
      for (const [words, name] of [
        [['defconfig'], 'usual'],
        [['defconfig', 'lab'], 'lab'],
        [['docker-mirror_defconfig'], 'usual'],
        [['defconfig', './mine'], 'mine'],
        [['lab_defconfig'], 'lab'],
      ] as const) {
        const { status, err } = await run(...words);
        assert.deepEqual([status, err], [0, ''], words.join(' '));
        assert.equal((await run('get', 'NAME')).out, `${name}\n`);
      }
      const { status, err } = await run('nonesuch_defconfig');
      assert.equal(status, 1);
      assert.match(
        err,
        /there is no set of settings "nonesuch_defconfig"\nhint: there are: docker-mirror, lab; or/,
      );
    }));
});

describe('config randconfig', () => {
  it('prints a seed that gives the same again', () =>
    inTree(async (_run, folder) => {
      const first = await config(folder, ['randconfig']);
      const seed = /^KCONFIG_SEED=(0x[0-9A-F]+)$/m.exec(first.out)?.[1] ?? '';
      const text = await textIn(folder);
      await config(folder, ['randconfig'], { env: { KCONFIG_SEED: '1' } });
      await config(folder, ['randconfig'], { env: { KCONFIG_SEED: seed } });
      assert.equal(await textIn(folder), text);
      const all = await config(folder, ['randconfig'], { env: { KCONFIG_PROBABILITY: '100' } });
      assert.equal(all.status, 0);
      assert.match(await textIn(folder), /^CONFIG_EXPERT=y$/m);
      assert.equal((await config(folder, ['randconfig'], { env: { KCONFIG_SEED: 'x' } })).status, 2);
    }));
});

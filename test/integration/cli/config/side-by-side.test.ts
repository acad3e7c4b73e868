import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lacking } from '../../../parts/needs.js';
import { inFolder } from '../../host/folder.js';
import { CONF, config, makeTree, type Outcome, type Running, runIn, textIn, withoutHeading } from './tree.js';

const TREE = `mainmenu "Side by side"
config MODULES
	bool "Modules"
	modules
	default y
menu "Network"
config NET
	tristate "Net"
	default m
	help
	  Networking.
config PORT
	int "Port"
	range 1 65535
	default 5000
config MASK
	hex "Mask"
	default ff
config HOST
	string "Host"
	default "a \\"b\\" \\\\c"
config OFF
	tristate "Off"
endmenu
choice
	prompt "Engine"
	default STOCK
config BUILTIN
	bool "built-in"
config STOCK
	bool "stock"
config BOX
	bool "container"
	depends on NET
config BOX_NAME
	string "Its name"
	depends on BOX
endchoice
choice
	prompt "Some of them"
	optional
config ONE
	tristate "one"
config TWO
	tristate "two"
endchoice
menuconfig MORE
	bool "More"
if MORE
config DEEP
	bool "Deep"
	default y
config DEEPER
	tristate "Deeper"
	depends on DEEP
config LABEL
	string "Label"
endif
menu "Only with networking"
	visible if NET
config GUEST
	bool "Guests"
	select HELD
comment "Nothing more"
endmenu
config HELD
	bool "Held"
config HIDDEN
	bool
	default y
`;

const OLD = `CONFIG_MODULES=y
CONFIG_NET=y
CONFIG_PORT=80
CONFIG_BOX=y
# CONFIG_MORE is not set
CONFIG_HOST="x\\"y"
`;

interface Pair {
  readonly original: string;
  readonly ours: string;
}

/** Lets each of the two work in a folder of its own. */
async function both(
  old: string | undefined,
  work: (folder: string, run: (words: string[], running?: Running) => Promise<Outcome>) => Promise<string>,
): Promise<Pair> {
  const pair = { original: '', ours: '' };
  await inFolder(async (folder) => {
    for (const which of ['original', 'ours'] as const) {
      const own = join(folder, which);
      await mkdir(own);
      await makeTree(own, TREE, old);
      pair[which] = await work(own, async (words, running) => {
        const [mode = '', ...rest] = words;
        const outcome =
          which === 'ours'
            ? await config(own, words, running)
            : await runIn(own, CONF, [originalMode(mode, rest), 'Kconfig'], running);
        assert.equal(outcome.status, 0, `${which} ${words.join(' ')}: ${outcome.err}`);
        return outcome;
      });
    }
  });
  return pair;
}

function originalMode(mode: string, [file]: readonly string[]): string {
  const name = mode === 'config' ? 'oldaskconfig' : mode;
  return file === undefined ? `--${name}` : `--${name}=${file}`;
}

const sorted = (text: string): string => text.split('\n').toSorted().join('\n');

/** What was asked: the questions with their answers, without the help and the texts about wrong answers. */
function questions(out: string): string[] {
  return out
    .split('\n')
    .filter((line) => /^ *(?:\*|[> ] \d+\.|choice|.*\((?:[A-Z]+)\) \[|Some of them \[)/.test(line));
}

describe('docker-mirror config beside the original', { skip: lacking({ programs: [CONF] }) }, () => {
  for (const mode of ['olddefconfig', 'alldefconfig', 'allyesconfig', 'allmodconfig', 'allnoconfig']) {
    for (const [name, old] of [
      ['nothing', undefined],
      ['an old .config', OLD],
    ] as const) {
      it(`${mode} makes the same of ${name}`, async () => {
        const { original, ours } = await both(old, async (folder, run) => {
          await run([mode]);
          return withoutHeading(await textIn(folder));
        });
        assert.equal(ours, original);
      });
    }
  }

  for (const [given, files] of [
    ['seed', { seed: 'CONFIG_PORT=99\nCONFIG_STOCK=y\nCONFIG_MORE=y\n' }],
    ['1', { 'allyes.config': '# CONFIG_NET is not set\n', 'all.config': 'CONFIG_PORT=1\n' }],
    ['', { 'all.config': 'CONFIG_PORT=1\nCONFIG_TWO=m\n# CONFIG_OFF is not set\n' }],
  ] as const) {
    for (const mode of ['allyesconfig', 'alldefconfig']) {
      it(`${mode} takes KCONFIG_ALLCONFIG=${given}`, async () => {
        const { original, ours } = await both(undefined, async (folder, run) => {
          const present = mode === 'allyesconfig' || 'all.config' in files || given === 'seed';
          assert.ok(present);
          for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
          await run([mode], { env: { KCONFIG_ALLCONFIG: given } });
          return withoutHeading(await textIn(folder));
        });
        assert.equal(ours, original);
      });
    }
  }

  it('defconfig FILE and savedefconfig FILE', async () => {
    const { original, ours } = await both(undefined, async (folder, run) => {
      await writeFile(join(folder, 'mine'), 'CONFIG_PORT=7\nCONFIG_BUILTIN=y\nCONFIG_GUEST=y\n');
      await run(['defconfig', './mine']);
      await run(['savedefconfig', 'small']);
      return `${withoutHeading(await textIn(folder))}---\n${await textIn(folder, 'small')}`;
    });
    assert.equal(ours, original);
    assert.match(ours, /---\nCONFIG_PORT=7\nCONFIG_BUILTIN=y\nCONFIG_GUEST=y\n$/);
  });

  for (const [name, old] of [
    ['nothing', undefined],
    ['an old .config', OLD],
  ] as const) {
    it(`listnewconfig lists the same for ${name}`, async () => {
      const { original, ours } = await both(old, async (_folder, run) => (await run(['listnewconfig'])).out);
      assert.equal(ours, original);
      assert.match(ours, /^CONFIG_MASK=ff$/m);
    });
  }

  it('helpnewconfig helps with the same symbols', async () => {
    const { original, ours } = await both(OLD, async (_folder, run) => (await run(['helpnewconfig'])).out);
    const count = (text: string) => text.split('\n').filter((line) => line === '-----').length;
    assert.equal(count(ours), count(original));
    assert.match(ours, /^MASK: Mask$/m);
  });

  const all = 'y\ny\n?\n70000\n80\nxyz\n0x10\nhost\nm\n?\n9\n3\nbox\nm\ny\nn\ny\nn\nmaybe\ny\ny\nm\nlab\ny\n';
  for (const [what, mode, old, input] of [
    ['asks for everything', 'config', undefined, `${all}${'\n'.repeat(30)}`],
    ['asks for everything with what is set', 'config', OLD, `\n\n\n\n\n\n1\ny\n${'\n'.repeat(30)}`],
    ['takes every default that it asks for', 'config', undefined, '\n'.repeat(60)],
    ['asks for what is new', 'oldconfig', OLD, `22\n\ncon\ny\n2\n${'\n'.repeat(30)}`],
    [
      'asks again for what an answer brings up',
      'oldconfig',
      '',
      `y\nm\n\n\n\n\n\ny\n2\ny\nn\ny\n${'\n'.repeat(30)}`,
    ],
  ] as const) {
    it(`${what}, and makes the same of the answers`, async () => {
      const { original, ours } = await both(old, async (folder, run) => {
        const { out } = await run([mode], { input });
        return `${questions(out).join('\n')}\n---\n${withoutHeading(await textIn(folder))}`;
      });
      assert.equal(ours, original);
    });
  }

  it('syncconfig writes the same for builds', async () => {
    const complete = await both(OLD, async (folder, run) => {
      await run(['olddefconfig']);
      return await textIn(folder);
    });
    const { original, ours } = await both(complete.original, async (folder, run) => {
      await run(['syncconfig']);
      const made = ['include/config/auto.conf', 'include/generated/autoconf.h'];
      const texts = await Promise.all(made.map((name) => textIn(folder, name)));
      // The original writes them in the order of its hash table.
      return texts.map(sorted).join('---\n');
    });
    assert.equal(ours, original);
    assert.match(ours, /^#define CONFIG_HOST "x\\"y"$/m);
    assert.match(ours, /^CONFIG_HOST=x"y$/m);
  });
});

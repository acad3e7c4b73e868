import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Configuration } from '#src/kconfig/configuration.js';
import { formatDotConfig } from '#src/kconfig/dot-config.js';
import type { KconfigSymbol, MenuNode } from '#src/kconfig/model.js';
import { readDotConfig } from '#src/kconfig/read-dot-config.js';
import { isAwaited } from '#src/settings/not-yet.js';
import { promptedSymbols, ROOT, rootConfiguration, rootKconfig } from '../../parts/root-kconfig.js';
import { inFolder } from '../host/folder.js';

const CONF = '/usr/lib/linux-kbuild-6.1/scripts/kconfig/conf';
const PYTHON = '/usr/bin/python3';
const missing = existsSync(CONF) ? false : 'needs conf of Linux 6.1 (package linux-kbuild-6.1)';
const noLibrary = existsSync('/usr/lib/python3/dist-packages/kconfiglib.py')
  ? false
  : 'needs Kconfiglib (package python3-kconfiglib)';

/** Writes the default .config, or that of a defconfig, and every warning to standard error. */
const LIBRARY = `
import sys, kconfiglib
tree = kconfiglib.Kconfig("Kconfig", warn_to_stderr=True)
if len(sys.argv) > 2: tree.load_config(sys.argv[2])
tree.write_config(sys.argv[1])
`;

interface Result {
  readonly status: number | string | null | undefined;
  readonly err: string;
}

/** Runs an original in a copy of the tree, as it writes beside the Kconfig file. */
function run(program: string, args: readonly string[], folder: string): Promise<Result> {
  const env = {
    PATH: process.env['PATH'],
    KCONFIG_CONFIG: join(folder, '.config'),
    KCONFIG_WARN_UNDEF: 'y',
    KCONFIG_WARN_UNDEF_ASSIGN: 'y',
  };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder, env, timeout: 60_000 }, (error, _out, err) =>
      resolve({ status: error?.code ?? 0, err }),
    );
  });
}

async function copyTree(folder: string): Promise<void> {
  await copyFile(join(ROOT, 'Kconfig'), join(folder, 'Kconfig'));
  for (const part of ['kconfig', 'defconfigs'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
}

/** Without the comment at the top, which each program writes in its own way. */
function body(text: string): string {
  return text.slice(text.indexOf('\nCONFIG_') + 1);
}

const PRESETS = ['docker-mirror', 'lab', 'ci', 'airgap'];

/** What we make of a defconfig. */
async function ours(name: string): Promise<string> {
  const configuration = new Configuration(rootKconfig());
  const problems = readDotConfig(
    configuration,
    await readFile(join(ROOT, 'defconfigs', `${name}_defconfig`), 'utf8'),
  );
  assert.deepEqual(problems, []);
  return formatDotConfig(configuration);
}

/** The lines of a defconfig that say something. */
function settingsIn(text: string): string[] {
  return text.split('\n').filter((line) => /^(# )?CONFIG_/.test(line));
}

describe('the root Kconfig', () => {
  it('gives the same default .config as conf of Linux 6.1, which has no warning', { skip: missing }, () =>
    inFolder(async (folder) => {
      await copyTree(folder);
      const result = await run(CONF, ['--alldefconfig', 'Kconfig'], folder);
      assert.deepEqual(result, { status: 0, err: '' });
      const text = await readFile(join(folder, '.config'), 'utf8');
      assert.equal(body(formatDotConfig(rootConfiguration())), body(text));
    }),
  );

  it('gives the same default .config as Kconfiglib, which has no warning', { skip: noLibrary }, () =>
    inFolder(async (folder) => {
      await copyTree(folder);
      const result = await run(PYTHON, ['-c', LIBRARY, join(folder, 'out')], folder);
      assert.deepEqual(result, { status: 0, err: '' });
      const text = await readFile(join(folder, 'out'), 'utf8');
      assert.equal(body(formatDotConfig(rootConfiguration())), body(`\n${text}`));
    }),
  );

  it('has no warning here', () => {
    assert.deepEqual(rootKconfig().warnings, []);
  });

  it('asks the detection script when it is there, and only believes a y', { skip: missing }, () =>
    inFolder(async (folder) => {
      await copyTree(folder);
      await mkdir(join(folder, 'scripts'));
      for (const [answer, expected] of [
        ['echo y', 'CONFIG_USE_DOCKER_MIRROR=y'],
        ['echo n', '# CONFIG_USE_DOCKER_MIRROR is not set'],
        ['echo "y) echo"; echo oops >&2; exit 1', '# CONFIG_USE_DOCKER_MIRROR is not set'],
      ]) {
        const script = `#!/bin/sh\n[ "$*" = "--kconfig USE_DOCKER_MIRROR" ] || exit 2\n${answer}\n`;
        await writeFile(join(folder, 'scripts', 'check-docker-mirror'), script, { mode: 0o755 });
        assert.deepEqual(await run(CONF, ['--alldefconfig', 'Kconfig'], folder), { status: 0, err: '' });
        assert.ok((await readFile(join(folder, '.config'), 'utf8')).includes(`\n${expected}\n`), answer);
      }
    }),
  );
});

describe('every setting', () => {
  const kconfig = rootKconfig();

  it('has a help that says when to change it', () => {
    const nodes = kconfig.symbols.flatMap((symbol) => (symbol.isConstant ? [] : symbol.nodes));
    for (const { symbol, prompt, help, position } of nodes) {
      const name = symbol?.name || prompt?.text;
      const lines = (help ?? '').trim().split('\n');
      assert.ok(lines.length >= 2 && lines.length <= 6, `${position.file}:${position.line}: ${name}`);
      assert.match(lines.at(-1) ?? '', /[.!]$/, name);
      for (const line of lines) assert.ok(line.length <= 70, `${name}: ${line}`);
    }
  });

  it('has a range, if it is a number, with its default inside', () => {
    for (const symbol of promptedSymbols(kconfig).filter(({ type }) => type === 'int' || type === 'hex')) {
      assert.ok(symbol.ranges.length > 0, symbol.name);
    }
  });

  it('depends on what makes it meaningful: nothing is asked of who sets no mirror up', () => {
    for (const off of ['ENABLE_DOCKER_MIRROR', 'INSTALL_DOCKER_MIRROR']) {
      const configuration = rootConfiguration({ [off]: 'n' });
      const asked = promptedSymbols(configuration.kconfig)
        .filter((symbol) => configuration.visibility(symbol) > 0)
        .map(({ name }) => name);
      assert.deepEqual(
        asked.filter((name) => name.startsWith('DOCKER_MIRROR')),
        [],
      );
    }
  });

  it('is in the table of docs/configuration.md, with its default, and whether it has an effect yet', async () => {
    const page = await readFile(join(ROOT, 'docs', 'configuration.md'), 'utf8');
    const rows = page
      .split('\n')
      .filter((line) => /^\| `[A-Z_0-9]+` /.test(line))
      .map((line) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .slice(1, -1),
      );
    const configuration = rootConfiguration();
    const expected = inMenuOrder(kconfig.root).map((symbol) => {
      const kind = symbol.choice === undefined ? symbol.type : 'choice';
      const later = isAwaited(symbol.name) ? ' (later)' : '';
      return [
        `\`${symbol.name}\``,
        kind,
        defaultOf(configuration, symbol.name),
        `${question(symbol)}${later}`,
      ];
    });
    const wanted = expected.map((row) => `| ${row.join(' | ')} |`).join('\n');
    assert.deepEqual(rows, expected, `the rows should be:\n${wanted}`);
  });
});

/** Each symbol that people are asked for once, as they meet it. */
function inMenuOrder(entry: MenuNode): KconfigSymbol[] {
  const { symbol, prompt } = entry;
  const own = symbol === undefined || symbol.isChoice || prompt === undefined ? [] : [symbol];
  return [...own, ...entry.children.flatMap(inMenuOrder)];
}

/** What is asked; of a value of a choice with what the choice asks. */
function question({ nodes, choice }: KconfigSymbol): string {
  const own = nodes[0]?.prompt?.text ?? '';
  return choice === undefined ? own : `${question(choice)}: ${own}`;
}

/** As the table shows it. What is not asked for by default has the default that it will have. */
function defaultOf({ kconfig }: Configuration, name: string): string {
  const symbol = kconfig.find(name);
  const value = symbol?.defaults[0]?.value;
  const text = value?.kind === 'symbol' ? value.symbol.name : '';
  const chosen = symbol?.choice?.defaults[0]?.value;
  if (symbol?.choice !== undefined)
    return chosen?.kind === 'symbol' && chosen.symbol === symbol ? '`y`' : '`n`';
  return text === '' ? (symbol?.type === 'string' ? '' : '`n`') : `\`${text}\``;
}

describe('defconfigs', () => {
  it('are those that are tested here', async () => {
    const files = await readdir(join(ROOT, 'defconfigs'));
    assert.deepEqual(files.toSorted(), PRESETS.map((name) => `${name}_defconfig`).toSorted());
  });

  for (const name of PRESETS) {
    describe(name, () => {
      const folderOf = { path: '' };
      before(async () => {
        folderOf.path = await mkdtemp(join(tmpdir(), 'docker-mirror-preset-'));
        await copyTree(folderOf.path);
      });
      after(() => rm(folderOf.path, { recursive: true, force: true }));

      it('keeps each of its lines, and is read by conf as here', { skip: missing }, async () => {
        const file = join(folderOf.path, 'defconfigs', `${name}_defconfig`);
        const result = await run(CONF, [`--defconfig=${file}`, 'Kconfig'], folderOf.path);
        assert.deepEqual(result, { status: 0, err: '' });
        const text = await readFile(join(folderOf.path, '.config'), 'utf8');
        assert.equal(body(await ours(name)), body(text));
        for (const line of settingsIn(await readFile(file, 'utf8')))
          assert.ok(text.includes(`\n${line}\n`), line);
      });

      it('has nothing to spare, as conf sees it', { skip: missing }, async () => {
        const minimal = join(folderOf.path, 'minimal');
        const result = await run(CONF, [`--savedefconfig=${minimal}`, 'Kconfig'], folderOf.path);
        assert.deepEqual(result, { status: 0, err: '' });
        const own = await readFile(join(ROOT, 'defconfigs', `${name}_defconfig`), 'utf8');
        assert.deepEqual(settingsIn(own), settingsIn(await readFile(minimal, 'utf8')));
      });

      it('is read by Kconfiglib as here', { skip: noLibrary }, async () => {
        const [out, file] = [join(folderOf.path, 'out'), join('defconfigs', `${name}_defconfig`)];
        const result = await run(PYTHON, ['-c', LIBRARY, out, file], folderOf.path);
        assert.deepEqual(result, { status: 0, err: '' });
        assert.equal(body(await ours(name)), body(`\n${await readFile(out, 'utf8')}`));
      });
    });
  }
});

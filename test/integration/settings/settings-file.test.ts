import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { KconfigSymbol } from '#src/kconfig/model.js';
import {
  loadSettingsValues,
  type OpenConfiguration,
  openConfiguration,
} from '#src/settings/settings-file.js';
import { SettingsChanged } from '#src/settings/settings-text.js';
import { lacking } from '../../parts/needs.js';
import { inFolder } from '../host/folder.js';

const TREE = `mainmenu "Tree"
config A
	bool "a"
	default y
config N
	int "n"
	range 1 9
	default 5
config S
	string "s"
config GONE
	string "gone"
	depends on !A
`;

const LONG_AGO = new Date('2001-02-03T04:05:06Z');

/** Opens the tree in a folder. */
function open(folder: string, env: Record<string, string> = {}): Promise<OpenConfiguration> {
  return openConfiguration(env, { kconfig: 'Kconfig', cwd: folder });
}

function named({ configuration }: OpenConfiguration, name: string): KconfigSymbol {
  const symbol = configuration.kconfig.find(name);
  assert.ok(symbol !== undefined);
  return symbol;
}

function set(opened: OpenConfiguration, name: string, text: string): void {
  assert.ok(opened.configuration.set(named(opened, name), text));
}

async function inTree(work: (folder: string, file: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await writeFile(join(folder, 'Kconfig'), TREE);
    await work(folder, join(folder, '.config'));
  });
}

function text(path: string): Promise<string> {
  return readFile(path, 'utf8');
}

describe('the settings of a folder', () => {
  it('are read, changed and written, and the previous ones kept', () =>
    inTree(async (folder, file) => {
      await writeFile(file, 'CONFIG_N=7\nCONFIG_S="x"\n');
      const opened = await open(folder);
      assert.deepEqual([opened.file, opened.readFrom, opened.problems], [file, file, []]);
      set(opened, 'N', '8');
      assert.equal(await opened.save(), true);
      const written = await text(file);
      assert.match(written, /^CONFIG_A=y\nCONFIG_N=8\nCONFIG_S="x"\n/m);
      assert.equal(await text(`${file}.old`), 'CONFIG_N=7\nCONFIG_S="x"\n');
      set(opened, 'N', '9');
      assert.equal(await opened.save(), true);
      assert.equal(await text(`${file}.old`), written);
      assert.deepEqual((await readdir(folder)).toSorted(), ['.config', '.config.old', 'Kconfig']);
    }));

  it('are not touched when they stay the same', () =>
    inTree(async (folder, file) => {
      await (await open(folder)).save();
      await utimes(file, LONG_AGO, LONG_AGO);
      assert.equal(await (await open(folder)).save(), false);
      assert.deepEqual((await stat(file)).mtime, LONG_AGO);
      assert.deepEqual((await readdir(folder)).toSorted(), ['.config', 'Kconfig']);
    }));

  it('keep their mode, and their link', () =>
    inTree(async (folder, file) => {
      await mkdir(join(folder, 'far'));
      const real = join(folder, 'far', 'settings');
      await writeFile(real, 'CONFIG_N=7\n');
      await chmod(real, 0o600);
      await symlink('near', file);
      await symlink('far/settings', join(folder, 'near'));
      await (await open(folder)).save();
      assert.equal(await readlink(file), 'near');
      assert.ok((await lstat(real)).isFile());
      assert.match(await text(real), /^CONFIG_A=y$/m);
      assert.equal((await stat(real)).mode & 0o777, 0o600);
      assert.equal((await stat(`${file}.old`)).mode & 0o777, 0o600);
    }));

  it('are made through a link that leads to nothing yet', () =>
    inTree(async (folder, file) => {
      await symlink('far/settings', file);
      await (await open(folder)).save();
      assert.equal(await readlink(file), 'far/settings');
      assert.match(await text(join(folder, 'far', 'settings')), /^CONFIG_N=5$/m);
    }));

  it('are where KCONFIG_CONFIG says, in folders that are made', () =>
    inTree(async (folder) => {
      const opened = await open(folder, { KCONFIG_CONFIG: 'new/folder/mine' });
      assert.equal(opened.file, join(folder, 'new', 'folder', 'mine'));
      await opened.save();
      assert.match(await text(opened.file), /^CONFIG_N=5$/m);
      assert.match(await text(opened.file), /^# Tree$/m);
    }));

  it('have the prefix that CONFIG_ says', () =>
    inTree(async (folder, file) => {
      await writeFile(file, 'MY_N=3\nCONFIG_S="not ours"\n');
      const opened = await open(folder, { CONFIG_: 'MY_' });
      await opened.save();
      assert.match(await text(file), /^MY_A=y\nMY_N=3\nMY_S=""\n/m);
    }));

  it('are written into the file itself with KCONFIG_OVERWRITECONFIG', () =>
    inTree(async (folder, file) => {
      await writeFile(file, 'CONFIG_N=7\n');
      const { ino } = await stat(file);
      await (await open(folder, { KCONFIG_OVERWRITECONFIG: '1' })).save();
      assert.equal((await stat(file)).ino, ino);
      assert.equal(await text(`${file}.old`), 'CONFIG_N=7\n');
      assert.match(await text(file), /^CONFIG_N=7$/m);
    }));

  it('can be saved elsewhere, and their own file stays', () =>
    inTree(async (folder, file) => {
      await writeFile(file, 'CONFIG_N=7\n');
      const opened = await open(folder);
      await opened.save('copy');
      assert.equal(await text(file), 'CONFIG_N=7\n');
      assert.match(await text(join(folder, 'copy')), /^CONFIG_N=7$/m);
    }));

  it('are not written over what somebody else wrote meanwhile', () =>
    inTree(async (folder, file) => {
      const [one, other] = [await open(folder), await open(folder)];
      set(one, 'N', '1');
      await one.save();
      set(other, 'N', '2');
      await assert.rejects(other.save(), (error) => error instanceof SettingsChanged && error.retryable);
      assert.match(await text(file), /^CONFIG_N=1$/m);
    }));
});

describe('damaged settings', () => {
  it('are read as far as possible, and each line is named', () =>
    inTree(async (folder, file) => {
      const bytes = Buffer.concat([
        Buffer.from('CONFIG_N=99\nnonsense\nCONFIG_S="odd '),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('"\nCONFIG_A=perhaps\nCONFIG_UNKNOWN=y\n'),
      ]);
      await writeFile(file, bytes);
      const { problems, configuration } = await open(folder);
      assert.deepEqual(problems.map(({ line }) => line).toSorted(), [2, 3, 4, 5], JSON.stringify(problems));
      assert.ok(problems.every((problem) => problem.file === file));
      assert.equal(configuration.value(configuration.kconfig.find('N') as KconfigSymbol), '5');
    }));

  it('keep all their bytes in the previous file', () =>
    inTree(async (folder, file) => {
      const bytes = Buffer.from([0x43, 0xff, 0x00, 0x0a]);
      await writeFile(file, bytes);
      await (await open(folder)).save();
      assert.deepEqual(await readFile(`${file}.old`), bytes);
    }));
});

describe('settings that cannot be written', () => {
  it('say so when a folder is in their place', () =>
    inTree(async (folder, file) => {
      await mkdir(file);
      await assert.rejects(open(folder), /cannot read .*\.config: EISDIR/);
    }));

  it('say so when a file is where a folder is needed', () =>
    inTree(async (folder) => {
      const opened = await open(folder, { KCONFIG_CONFIG: join(folder, 'Kconfig', 'x') });
      await assert.rejects(opened.save(), /cannot write .*Kconfig\/x: .*(?:ENOTDIR|EEXIST)/);
      assert.equal(await text(join(folder, 'Kconfig')), TREE);
    }));

  it('stay as they are when the previous ones cannot be kept', () =>
    inTree(async (folder, file) => {
      await writeFile(file, 'CONFIG_N=7\n');
      await mkdir(join(folder, '.config.old', 'full'), { recursive: true });
      const opened = await open(folder);
      await assert.rejects(opened.save(), /cannot keep the settings there are as .*\.config\.old: E/);
      assert.equal(await text(file), 'CONFIG_N=7\n');
      assert.deepEqual((await readdir(folder)).toSorted(), ['.config', '.config.old', 'Kconfig']);
    }));

  it('say so when links go in a circle', () =>
    inTree(async (folder, file) => {
      await symlink('.config', file);
      await assert.rejects(open(folder), /ELOOP/);
    }));

  const needs = lacking({ programs: ['mount', 'umount'], root: true });
  it('stay as they are when the disk is full', { skip: needs }, () =>
    inTree(async (folder) => {
      const disk = join(folder, 'disk');
      await mkdir(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,nr_inodes=20', 'tmpfs', disk]);
      try {
        const file = join(disk, '.config');
        const before = `CONFIG_N=7\n# ${'x'.repeat(3_000)}\n`;
        await writeFile(file, before);
        const filler = join(disk, 'filler');
        await writeFile(filler, Buffer.alloc(64 * 1024)).catch(() => undefined);
        const opened = await open(folder, { KCONFIG_CONFIG: file });
        await assert.rejects(opened.save(), (error: Error & { hint?: string }) => {
          assert.match(error.message, /ENOSPC/);
          assert.match(error.hint ?? '', /make room/);
          return true;
        });
        assert.equal(await text(file), before);
        assert.deepEqual((await readdir(disk)).toSorted(), ['.config', 'filler']);
      } finally {
        execFileSync('umount', [disk]);
      }
    }),
  );

  it('stay as they are where nothing may be written', { skip: needs }, () =>
    inTree(async (folder) => {
      const disk = join(folder, 'disk');
      await mkdir(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
      try {
        const file = join(disk, '.config');
        await writeFile(file, 'CONFIG_N=7\n');
        execFileSync('mount', ['-o', 'remount,ro', disk]);
        const opened = await open(folder, { KCONFIG_CONFIG: file });
        await assert.rejects(opened.save(), /EROFS/);
        assert.equal(await text(file), 'CONFIG_N=7\n');
      } finally {
        execFileSync('umount', [disk]);
      }
    }),
  );
});

describe('settings that are not there', () => {
  it('come from a file that the environment lists', () =>
    inTree(async (folder, file) => {
      await writeFile(join(folder, 'second'), 'CONFIG_N=2\n');
      const { readFrom, configuration } = await open(folder, {
        KCONFIG_DEFCONFIG_LIST: 'first second third',
      });
      assert.equal(readFrom, join(folder, 'second'));
      assert.equal(configuration.value(configuration.kconfig.find('N') as KconfigSymbol), '2');
      await assert.rejects(stat(file), /ENOENT/);
    }));

  it('come from a file that the Kconfig files list', () =>
    inTree(async (folder) => {
      const list =
        'config LIST\n\tstring\n\toption defconfig_list\n\tdefault "absent"\n\tdefault "given" if A\n';
      await writeFile(join(folder, 'Kconfig'), `${TREE}${list}`);
      await writeFile(join(folder, 'given'), 'CONFIG_N=3\n');
      assert.equal((await open(folder)).readFrom, join(folder, 'given'));
    }));

  it('come from the default set, and are made when they are needed as values', () =>
    inTree(async (folder, file) => {
      await mkdir(join(folder, 'defconfigs'));
      await writeFile(join(folder, 'defconfigs', 'docker-mirror_defconfig'), 'CONFIG_N=4\n');
      const options = { kconfig: 'Kconfig', cwd: folder };
      const first = await loadSettingsValues({}, options);
      assert.equal(first.made, true);
      assert.equal(first.file, file);
      assert.deepEqual(
        [...first.values],
        [
          ['A', 'y'],
          ['N', '4'],
          ['S', ''],
        ],
      );
      assert.match(await text(file), /^CONFIG_N=4$/m);
      await utimes(file, LONG_AGO, LONG_AGO);
      const second = await loadSettingsValues({}, options);
      assert.equal(second.made, false);
      assert.deepEqual(second.values, first.values);
      assert.deepEqual((await stat(file)).mtime, LONG_AGO);
    }));
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { globFiles } from '#src/host/glob.js';
import { lacking } from '../../parts/needs.js';
import { inFolder } from './folder.js';

const FILES = [
  'a/Kconfig',
  'b/Kconfig',
  'b/Kconfig.two',
  'c/deep/Kconfig',
  '.hidden/Kconfig',
  'a/.Kconfig',
  'x-y',
  'x]y',
  'x[y',
  'x^y',
  'x!y',
  'xzy',
  'x.y',
  'x\\y',
  'é1',
  'Z',
  '{a,b}',
  'new\nline',
];

async function withFiles(work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    for (const file of FILES) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), '');
    }
    await symlink('nowhere', join(folder, 'dangling'));
    await work(folder);
  });
}

describe('a pattern of files', () => {
  it('stands for sorted names, and not for hidden ones', () =>
    withFiles(async (folder) => {
      assert.deepEqual(globFiles('*/Kconfig', folder), ['a/Kconfig', 'b/Kconfig']);
      assert.deepEqual(globFiles('.*/Kconfig', folder), ['.hidden/Kconfig']);
      assert.deepEqual(globFiles('b/Kconfig*', folder), ['b/Kconfig', 'b/Kconfig.two']);
      assert.deepEqual(globFiles('none/*', folder), []);
      assert.deepEqual(globFiles('a/Kconfig/*', folder), []);
    }));

  it('may be absolute, and then names are too', () =>
    withFiles(async (folder) => {
      assert.deepEqual(globFiles(`${folder}/[ab]/Kconfig`, '/'), [
        `${folder}/a/Kconfig`,
        `${folder}/b/Kconfig`,
      ]);
    }));

  // Kconfiglib, which brought patterns into the language, uses Python's glob.
  it("stands for what Python's glob finds", { skip: lacking({ programs: ['/usr/bin/python3'] }) }, () =>
    withFiles(async (folder) => {
      const patterns = [
        '*',
        '**',
        '?',
        '.*',
        '*/*',
        '*/*/*',
        '**/Kconfig',
        './*/Kconfig',
        'a//K*',
        'x?y',
        'x[]]y',
        'x[!]]y',
        'x[[]y',
        'x[a-z]y',
        'x[!a-z]y',
        'x[^a]y',
        'x[a^]y',
        'x[!!]y',
        'x[z-a]y',
        'x[!z-a]y',
        'x[-]y',
        'x[.-]y',
        'x[+--]y',
        'x[',
        'x[y',
        'x[]y',
        'x[!]y',
        'x[\\]y',
        'x\\*',
        'é?',
        '[é]*',
        '[A-Z]',
        '{a,b}',
        '{*}',
        'new*',
        'dang*',
        'Z',
        'missing',
        '../*/a/Kconfig',
        '(*|+)$',
        'c/*/',
      ];
      const script =
        'import glob,json,os,sys\nos.chdir(sys.argv[1])\nprint(json.dumps([sorted(glob.glob(p)) for p in json.loads(sys.argv[2])]))';
      const said = execFileSync('/usr/bin/python3', ['-c', script, folder, JSON.stringify(patterns)], {
        encoding: 'utf8',
      });
      const expected = (JSON.parse(said) as string[][]).map((names) =>
        names
          .map(plain)
          .filter((name) => name !== '')
          .sort(),
      );
      const ours = patterns.map((pattern) => globFiles(pattern, folder));
      for (const [index, pattern] of patterns.entries())
        assert.deepEqual(ours[index], expected[index], pattern);
    }),
  );
});

/** Python keeps doubled and trailing slashes; they name the same file. */
function plain(name: string): string {
  return name.replace(/\/+/g, '/').replace(/\/$/, '');
}

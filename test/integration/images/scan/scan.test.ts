import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { LARGEST } from '#src/images/scan/read-text.js';
import { type ScanOptions, type ScanResult, scan } from '#src/images/scan/scan.js';
import { inFolder } from '../../host/folder.js';

/** Files by their paths; what lies above them is made. */
type Files = Readonly<Record<string, string | Uint8Array>>;

async function inTree(files: Files, work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await work(folder);
  });
}

function scanIn(
  cwd: string,
  paths: readonly string[] = ['.'],
  options: Partial<ScanOptions> = {},
): Promise<ScanResult> {
  return scan(paths, { cwd, includeAll: false, signal: new AbortController().signal, ...options });
}

function namesOf({ images }: ScanResult): string[] {
  return images.map(({ image }) => image);
}

describe('a scan of a tree', () => {
  it('tells an image once, with all its places, by the shortest of its names', () =>
    inTree(
      {
        'a/Dockerfile': 'FROM docker.io/library/nginx:latest\n',
        'b/compose.yml': 'services:\n  web:\n    image: nginx\n',
        Dockerfile: 'FROM nginx:latest\nFROM alpine:3\n',
      },
      async (folder) => {
        const result = await scanIn(folder);
        assert.deepEqual(
          result.images.map(({ image, reference, places }) => [
            image,
            reference,
            places.map(({ path, line }) => `${path}:${line}`),
          ]),
          [
            ['alpine:3', 'docker.io/library/alpine:3', ['Dockerfile:2']],
            [
              'nginx',
              'docker.io/library/nginx:latest',
              ['Dockerfile:1', 'a/Dockerfile:1', 'b/compose.yml:3'],
            ],
          ],
        );
        assert.deepEqual(result.files, { seen: 3, scanned: 3 });
      },
    ));

  it('leaves out what others wrote and what is there for tests, unless it is named or all is wanted', () => {
    const folders = ['node_modules/x', 'vendor', '.git', 'testdata', 'tests/e2e', 'src/test'];
    const files = Object.fromEntries(
      folders.map((folder, i) => [`${folder}/Dockerfile`, `FROM ignored:${i}\n`]),
    );
    return inTree({ ...files, Dockerfile: 'FROM ours:1\n' }, async (folder) => {
      assert.deepEqual(namesOf(await scanIn(folder)), ['ours:1']);
      assert.deepEqual(namesOf(await scanIn(folder, ['tests', 'vendor/'])), ['ignored:1', 'ignored:4']);
      assert.equal(namesOf(await scanIn(folder, ['.'], { includeAll: true })).length, 7);
    });
  });

  it('follows links to files, and none to folders, so that circles do not matter', () =>
    inTree({ 'real/base.txt': 'FROM linked:1\n', 'real/Dockerfile': 'FROM own:1\n' }, async (folder) => {
      await symlink('real/base.txt', join(folder, 'Dockerfile'));
      await symlink('..', join(folder, 'real', 'up'));
      await symlink('/', join(folder, 'everything'));
      await symlink('nowhere', join(folder, 'Containerfile'));
      await symlink('Dockerfile.loop', join(folder, 'Dockerfile.loop'));
      const result = await scanIn(folder);
      assert.deepEqual(namesOf(result), ['linked:1', 'own:1']);
      assert.deepEqual(result.problems, []);
    }));

  it('does not read what is binary, huge, or no file', () =>
    inTree(
      {
        'binary/Dockerfile': new Uint8Array([...Buffer.from('FROM binary:1\n'), 0, 1, 2]),
        'huge/Dockerfile': 'FROM huge:1\n',
        Dockerfile: Buffer.from('\uFEFFFROM small:1 # \xff\n', 'latin1'),
        'bom/Dockerfile': '\uFEFFFROM marked:1\n',
      },
      async (folder) => {
        await appendFile(join(folder, 'huge/Dockerfile'), '#'.repeat(LARGEST));
        execFileSync('mkfifo', [join(folder, 'compose.yaml')]);
        const result = await scanIn(folder);
        assert.ok(namesOf(result).includes('marked:1'));
        assert.ok(!namesOf(result).includes('binary:1'));
        assert.deepEqual(
          result.problems.map(({ path, why, unreadable }) => [path, why, unreadable]),
          [['huge/Dockerfile', 'it is larger than 1024 KiB and was not looked into', false]],
        );
      },
    ));

  it('tells a path that is not there, or is neither file nor folder, and goes on', () =>
    inTree({ Dockerfile: 'FROM ours:1\n' }, async (folder) => {
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      const result = await scanIn(folder, ['missing', 'pipe', 'Dockerfile/below', 'Dockerfile']);
      assert.deepEqual(namesOf(result), ['ours:1']);
      assert.deepEqual(
        result.problems.map(({ path, unreadable }) => [path, unreadable]),
        [
          ['Dockerfile/below', true],
          ['missing', true],
          ['pipe', true],
        ],
      );
    }));

  it('tells a file that cannot be read, and goes on', () =>
    inTree({ 'b/Dockerfile': 'FROM b:1\n' }, async (folder) => {
      // A file whose first byte no process has: reading it fails for everybody, root as well.
      await symlink('/proc/self/mem', join(folder, 'Dockerfile'));
      const result = await scanIn(folder);
      assert.deepEqual(namesOf(result), ['b:1']);
      assert.deepEqual(
        result.problems.map(({ path, why, unreadable }) => [path, why, unreadable]),
        [['Dockerfile', 'it cannot be read (EIO)', true]],
      );
    }));

  it('says of a file that is named itself when nothing is known of it', () =>
    inTree({ 'notes.txt': 'FROM a:1\n', 'data.yaml': 'a: 1\n' }, async (folder) => {
      assert.deepEqual((await scanIn(folder)).problems, []);
      const { problems } = await scanIn(folder, ['./notes.txt', 'data.yaml']);
      assert.deepEqual(
        problems.map(({ path, unreadable }) => [path, unreadable]),
        [
          ['data.yaml', false],
          ['notes.txt', false],
        ],
      );
      assert.match(problems[0]?.why ?? '', /no format that is known/);
    }));

  it('knows a file by where it lies, also when it is named from there', () =>
    inTree({ '.github/workflows/ci.yml': 'jobs:\n  a:\n    container: node:20\n' }, async (folder) => {
      const inside = join(folder, '.github', 'workflows');
      assert.deepEqual(namesOf(await scanIn(inside, ['ci.yml'])), ['node:20']);
      assert.deepEqual(namesOf(await scanIn(inside, ['../workflows'])), ['node:20']);
      assert.deepEqual(namesOf(await scanIn('/', [inside])), ['node:20']);
    }));

  it('takes names of files as they are, newlines and all', () =>
    inTree({ 'a\nb/Dockerfile': 'FROM odd:1\n', '-dash/Dockerfile': 'FROM dash:1\n' }, async (folder) => {
      assert.deepEqual(namesOf(await scanIn(folder)), ['dash:1', 'odd:1']);
    }));

  it('ends soon when it is interrupted, and says so', () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`d${i}/Dockerfile`, `FROM a:${i}\n`]),
    );
    return inTree(files, async (folder) => {
      const controller = new AbortController();
      let looked = 0;
      const onProgress = () => {
        looked += 1;
        if (looked === 5) controller.abort();
      };
      const result = await scanIn(folder, ['.'], { signal: controller.signal, onProgress });
      assert.equal(result.interrupted, true);
      assert.ok(looked < 20, `${looked} files were looked into`);
    });
  });

  it('gives the same whatever the order of the file system', () =>
    inTree(
      {
        'z/Dockerfile': 'FROM a:1\nFROM b:1\n',
        'a/Dockerfile': 'FROM b:1\nFROM a:1\n',
        'm/Dockerfile': 'FROM $X\n',
      },
      async (folder) => {
        const one = await scanIn(folder, ['a', 'm', 'z', '.']);
        assert.deepEqual(await scanIn(folder, ['z', 'm', 'a']).then(({ images }) => images), one.images);
        assert.equal(one.unresolved.length, 1);
      },
    ));
});

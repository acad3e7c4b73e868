import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { hostKconfigSources } from '#src/host/kconfig-sources.js';
import { loadKconfig } from '#src/kconfig/load.js';
import { waitFor } from '../../parts/wait.js';
import { inFolder } from './folder.js';

async function sourcesIn(
  work: (folder: string, sources: ReturnType<typeof hostKconfigSources>) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  await inFolder(async (folder) => {
    for (const name of ['here', 'tree']) await mkdir(join(folder, name));
    const PATH = process.env['PATH'] ?? '';
    const place = { cwd: join(folder, 'here'), srctree: join(folder, 'tree'), env: { PATH, ...env } };
    await work(folder, hostKconfigSources(place));
  });
}

/** Whether a process runs, and is not just waiting to be buried. */
async function runs(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) [ZX] /.test(status);
}

describe('the sources of Kconfig files', () => {
  it('are looked up in the working directory, then in srctree', () =>
    sourcesIn(async (folder, sources) => {
      await writeFile(join(folder, 'tree', 'A'), 'tree');
      assert.equal(sources.read('A'), 'tree');
      assert.deepEqual(sources.glob('?'), ['A']);
      await writeFile(join(folder, 'here', 'A'), 'here');
      await writeFile(join(folder, 'tree', 'B'), 'only there');
      assert.equal(sources.read('A'), 'here');
      assert.deepEqual(sources.glob('?'), ['A'], 'the first place that has any counts');
      assert.equal(sources.read('C'), undefined);
      assert.equal(sources.read(join(folder, 'tree', 'A')), 'tree');
      assert.equal(sources.read('A/B'), undefined);
      assert.equal(sources.variable('srctree'), join(folder, 'tree'));
    }));

  it('say what cannot be read', () =>
    sourcesIn(async (folder, sources) => {
      await mkdir(join(folder, 'here', 'D'));
      assert.throws(() => sources.read('D'), /cannot read .*\/here\/D: it is a folder; expected a file/);
    }));
});

describe('a command of $(shell,…)', () => {
  it('runs in the working directory, with the environment, and nothing to read', () =>
    sourcesIn(
      async (folder, sources) => {
        const { output } = sources.shell('pwd -P; echo "$srctree $MINE"; cat; echo done');
        assert.equal(output, `${folder}/here\n${folder}/tree mine\ndone\n`);
      },
      { MINE: 'mine' },
    ));

  it('may fail', () =>
    sourcesIn(async (_folder, sources) => {
      assert.deepEqual(sources.shell('echo some; exit 3'), { output: 'some\n' });
      assert.deepEqual(sources.shell('kill -9 $$'), { output: '' });
      assert.deepEqual(sources.shell('nonesuch-program 2>/dev/null'), { output: '' });
    }));

  it('is ended in time with everything that it started', () =>
    sourcesIn(
      async (folder, sources) => {
        const begun = performance.now();
        const { output, timedOutAfter } = sources.shell(
          'trap "" TERM; echo begun; (sleep 60 & echo $! > pid; wait) & wait',
        );
        assert.equal(timedOutAfter, 300);
        assert.equal(output, 'begun\n');
        assert.ok(performance.now() - begun < 5_000);
        const pid = Number(await readFile(join(folder, 'here', 'pid'), 'utf8'));
        // Killed already: the system takes it away a moment later.
        await waitFor(async () => !(await runs(pid)), {
          what: 'what it left in the background has ended too',
        });
      },
      { KCONFIG_SHELL_TIMEOUT: '0.3' },
    ));

  it('is said with its place when it was ended', () =>
    sourcesIn(
      async (folder, sources) => {
        const text = 'config A\n\tstring "a"\n\tdefault "$(shell,echo x; sleep 60)"\n';
        await writeFile(join(folder, 'here', 'Kconfig'), text);
        const { warnings } = loadKconfig('Kconfig', sources);
        assert.equal(warnings.length, 1);
        assert.match(warnings[0]?.message ?? '', /echo x; sleep 60.*0\.2 s/);
        assert.deepEqual(warnings[0]?.position, { file: 'Kconfig', line: 3 });
      },
      { KCONFIG_SHELL_TIMEOUT: '0.2' },
    ));

  it('is ended when it prints without end', () =>
    sourcesIn(async (_folder, sources) => {
      const { output, timedOutAfter } = sources.shell('yes 2>/dev/null');
      assert.equal(timedOutAfter, undefined);
      assert.ok(output.startsWith('y\ny\n') && output.length <= 1024 * 1024, String(output.length));
    }));

  it('has the usual time where the environment says nothing sensible', () =>
    Promise.all(
      ['', 'soon', '-1', '0', 'Infinity', '1e9'].map((text) =>
        sourcesIn(
          async (_folder, sources) => {
            assert.deepEqual(sources.shell('sleep 0.05; echo x'), { output: 'x\n' });
          },
          { KCONFIG_SHELL_TIMEOUT: text },
        ),
      ),
    ).then(() => undefined));
});

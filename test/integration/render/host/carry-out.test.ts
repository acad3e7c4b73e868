import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytesIfThere } from '#src/host/file-copy.js';
import { carryOut, HostChangeError, type PartFiles } from '#src/render/host/carry-out.js';
import { observe } from '#src/render/host/observe.js';
import { planHost } from '#src/render/host/plan.js';
import { readHostRecord } from '#src/render/host/record.js';
import { planUndo } from '#src/render/host/undo.js';
import type { Action, Wanted } from '#src/render/host/wanted.js';
import { tempFolder } from '../../../parts/temp.js';

const NEVER = new AbortController().signal;

/** Everything below a folder with mode and content, by path. */
async function listing(folder: string, under = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(join(folder, under))).sort()) {
    const path = join(under, name);
    const stats = await lstat(join(folder, path));
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isDirectory()) Object.assign(found, { [path]: `folder ${mode}` }, await listing(folder, path));
    else if (stats.isSymbolicLink()) found[path] = `link ${await readlink(join(folder, path))}`;
    else found[path] = `file ${mode} ${await readFile(join(folder, path), 'latin1')}`;
  }
  return found;
}

/** A host below a folder, with files of others in it. */
async function host(root: string): Promise<void> {
  await mkdir(join(root, 'etc/docker'), { recursive: true });
  await mkdir(join(root, 'srv'));
  await writeFile(join(root, 'etc/docker/daemon.json'), '{ "debug" :true}\r\n');
  await chmod(join(root, 'etc/docker/daemon.json'), 0o600);
  await writeFile(join(root, 'srv/real.conf'), 'bytes \xff\x00 of others', 'latin1');
  await symlink('../srv/real.conf', join(root, 'etc/linked.conf'));
}

const ENABLE: Action = { kind: 'unit', verb: 'enable', unit: 'a', scope: 'system' };
const DISABLE: Action = { kind: 'unit', verb: 'disable', unit: 'a', scope: 'system' };
const RESTART: Action = { kind: 'unit', verb: 'restart', unit: 'a', scope: 'system' };

function wantedIn(root: string, version: number): Wanted[] {
  const at = (path: string) => join(root, path);
  return [
    { kind: 'folder', path: at('var/lib/thing'), mode: 0o750 },
    {
      kind: 'file',
      whose: 'ours',
      path: at('etc/units/deep/a.service'),
      content: `v${version}`,
      mode: 0o640,
    },
    {
      kind: 'file',
      whose: 'theirs',
      path: at('etc/docker/daemon.json'),
      content: `{"v":${version}}`,
      mode: 0o644,
    },
    { kind: 'file', whose: 'theirs', path: at('etc/linked.conf'), content: `ours ${version}`, mode: 0o644 },
    { kind: 'link', path: at('bin/a'), target: `/lib/a${version}` },
    { kind: 'action', action: ENABLE, on: [], undo: DISABLE },
    { kind: 'action', action: RESTART, on: [at('etc/units')] },
  ];
}

/** Carries plans out in a folder; `failAfter` steps the power goes. */
function worker(files: PartFiles) {
  const performed: string[] = [];
  const go = async (steps: Parameters<typeof carryOut>[0], failAfter = Number.POSITIVE_INFINITY) => {
    let left = failAfter;
    await carryOut(steps, {
      files,
      perform: async (action) => {
        if (left <= 0) throw new Error('no power');
        performed.push(action.kind === 'unit' ? action.verb : action.kind);
      },
      onDone: () => {
        left -= 1;
        if (left <= 0) throw new Error('no power');
      },
      signal: NEVER,
    });
  };
  const apply = async (wanted: readonly Wanted[], failAfter?: number) => {
    const record = await readHostRecord(files.record);
    const plan = planHost(wanted, await observe(wanted, record), record, {
      force: false,
      backups: files.backups,
    });
    assert.deepEqual(plan.refused, []);
    await go(plan.steps, failAfter);
    return plan;
  };
  const undo = async (failAfter?: number) => {
    const record = await readHostRecord(files.record);
    const kept = new Map<string, Buffer>();
    for (const entry of record.entries) {
      if (entry.kind !== 'file' || entry.before.kind !== 'kept') continue;
      const bytes = await bytesIfThere(entry.before.backup);
      if (bytes !== undefined) kept.set(entry.before.backup, bytes);
    }
    const options = { force: false, edited: new Map(), backup: (path: string) => kept.get(path) };
    const plan = planUndo(record, await observe([], record), options);
    assert.deepEqual(plan.refused, []);
    await go(plan.steps, failAfter);
  };
  return { apply, undo, performed };
}

async function withHost(
  work: (root: string, hands: ReturnType<typeof worker>, files: PartFiles) => Promise<void>,
): Promise<void> {
  await using folder = await tempFolder();
  const root = folder.file('host');
  await mkdir(root);
  await host(root);
  const files = { record: folder.file('state', 'part.json'), backups: folder.file('state', 'part.before') };
  await work(root, worker(files), files);
}

describe('carrying out a plan', () => {
  it('brings everything about, does nothing the second time, and only what changed the third', async () => {
    await withHost(async (root, { apply, performed }) => {
      await apply(wantedIn(root, 1));
      const after = await listing(root);
      assert.equal(after['etc/units/deep/a.service'], 'file 640 v1');
      assert.equal(after['etc/docker/daemon.json'], 'file 600 {"v":1}');
      assert.equal(after['srv/real.conf'], 'file 644 ours 1');
      assert.equal(after['etc/linked.conf'], 'link ../srv/real.conf');
      assert.equal(after['bin/a'], 'link /lib/a1');
      assert.deepEqual(performed, ['enable', 'restart']);
      assert.deepEqual((await apply(wantedIn(root, 1))).steps, []);
      await apply(wantedIn(root, 2));
      assert.deepEqual(performed, ['enable', 'restart', 'restart']);
    });
  });

  it('leaves nothing behind when all is undone', async () => {
    await withHost(async (root, { apply, undo, performed }, files) => {
      const before = await listing(root);
      await apply(wantedIn(root, 1));
      await apply(wantedIn(root, 2));
      await undo();
      assert.deepEqual(await listing(root), before);
      assert.deepEqual(performed.at(-1), 'disable');
      assert.deepEqual(await readdir(join(files.record, '..')), []);
    });
  });

  it('goes on, or back, from wherever it was cut short', async () => {
    const steps = fc.nat({ max: 14 });
    await fc.assert(
      fc.asyncProperty(steps, steps, fc.boolean(), async (first, second, goesOn) => {
        await withHost(async (root, { apply, undo, performed }) => {
          const before = await listing(root);
          await apply(wantedIn(root, 1), first).catch(expectStop);
          await apply(wantedIn(root, 2), second).catch(expectStop);
          if (goesOn) {
            await apply(wantedIn(root, 2));
            assert.equal((await listing(root))['etc/units/deep/a.service'], 'file 640 v2');
            assert.deepEqual((await apply(wantedIn(root, 2))).steps, []);
            assert.ok(performed.includes('restart') && performed.includes('enable'));
          }
          await undo(second).catch(expectStop);
          await undo();
          assert.deepEqual(await listing(root), before);
        });
      }),
      { numRuns: 25 },
    );
  });

  it('says what was done, what was not, and how to go on', async () => {
    await withHost(async (root, { apply }) => {
      await assert.rejects(apply(wantedIn(root, 1), 3), (error: unknown) => {
        assert.ok(error instanceof HostChangeError);
        assert.match(error.message, /^stopped at “.+”: no power; \d+ of \d+ steps were done$/);
        assert.match(error.hint ?? '', /goes on where this one stopped/);
        return true;
      });
    });
  });

  it('refuses to write over what somebody changed since the plan was made', async () => {
    await withHost(async (root, _hands, files) => {
      const wanted = wantedIn(root, 1);
      const record = await readHostRecord(files.record);
      const { steps } = planHost(wanted, await observe(wanted, record), record, {
        force: false,
        backups: files.backups,
      });
      await writeFile(join(root, 'etc/docker/daemon.json'), '{"other":1}');
      const options = { files, perform: async () => undefined, onDone: () => undefined, signal: NEVER };
      await assert.rejects(carryOut(steps, options), /changed by somebody else just now/);
      assert.equal(await readFile(join(root, 'etc/docker/daemon.json'), 'utf8'), '{"other":1}');
    });
  });
});

function expectStop(error: unknown): void {
  assert.ok(error instanceof HostChangeError, String(error));
}

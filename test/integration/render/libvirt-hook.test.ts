import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { renderLibvirtHook } from '#src/render/libvirt-hook.js';
import { lacking } from '../../parts/needs.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';
import { waitFor } from '../../parts/wait.js';

const run = promisify(execFile);

/** Writes a hook whose program writes what it was called with, a line for each call, and then takes its time. */
async function writeHook(
  folder: TempFolder,
  place: string,
): Promise<{ hook: string; calls: () => Promise<string[]> }> {
  const [program, log, hook] = [folder.file(place), folder.file('log'), folder.file('qemu')];
  await mkdir(dirname(program), { recursive: true });
  await writeFile(
    program,
    `#!/bin/sh\nprintf '%s|' "$@" >>'${log}'\necho >>'${log}'\necho noise\nexec sleep 2\n`,
  );
  await writeFile(hook, renderLibvirtHook({ program, path: '/srv/my mirror' }));
  await Promise.all([program, hook].map((file) => chmod(file, 0o755)));
  const calls = async () =>
    (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  return { hook, calls };
}

describe('the hook of libvirt', () => {
  it('tells of guests that start and end, at once, whatever they are called', async () => {
    await using folder = await tempFolder('dm-hook');
    const { hook, calls } = await writeHook(folder, "it's $(here)/docker-mirror");
    const guest = "a b'$(touch /tmp/x);\n`id`";
    const began = performance.now();
    for (const [operation, sub] of [
      ['prepare', 'begin'],
      ['start', 'begin'],
      ['started', 'begin'],
      ['stopped', 'end'],
    ] as const) {
      const { stdout, stderr } = await run(hook, [guest, operation, sub, '-']);
      assert.deepEqual([stdout, stderr], ['', '']);
    }
    await run(hook, ['b', 'release', 'end', '-']);
    await run(hook, ['c', 'reconnect', 'begin', '-']);
    assert.ok(performance.now() - began < 1_900, 'nobody waited for the program');
    const told = await waitFor(async () => ((await calls()).length >= 4 ? calls() : undefined), {
      what: 'the mirror was told',
    });
    const text = told.join('\n');
    assert.match(
      text,
      /lease\|add\|libvirt:a b'\$\(touch \/tmp\/x\);\n`id`\|--as-of\|\d+\.\d+\|--path\|\/srv\/my mirror\|/,
    );
    assert.match(text, /lease\|release\|libvirt:b\|--as-of\|/);
    assert.match(text, /lease\|add\|libvirt:c\|/);
    assert.equal(text.match(/^lease\|/gm)?.length, 3);
  });

  it('succeeds without a program, without words, and without a clock', async () => {
    await using folder = await tempFolder('dm-hook');
    const hook = folder.file('qemu');
    await writeFile(hook, renderLibvirtHook({ program: folder.file('gone'), path: '/srv' }), { mode: 0o755 });
    await run(hook, ['a', 'prepare', 'begin', '-']);
    await run(hook, []);
    await run('/bin/sh', [hook, 'a', 'prepare', 'begin', '-'], { env: { PATH: folder.path } });
  });

  it('holds no more than two words that are not ours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const path = `/${text}`;
        if (/\p{Cc}/u.test(path)) {
          assert.throws(() => renderLibvirtHook({ program: '/p', path }), { code: 'TEMPLATE_FAILED' });
          return;
        }
        const lines = renderLibvirtHook({ program: '/p', path }).split('\n');
        const [usual] = [renderLibvirtHook({ program: '/p', path: '/q' }).split('\n')];
        assert.equal(lines.length, usual.length);
        assert.deepEqual(lines.filter((line, n) => line !== usual[n]).length, path === '/q' ? 0 : 1);
      }),
    );
    assert.throws(() => renderLibvirtHook({ program: 'docker-mirror', path: '/q' }), {
      code: 'TEMPLATE_FAILED',
    });
  });

  it('gives a path to the shell as it is', () => {
    for (const path of ["/it's", '/$HOME/`id`', '/a\\b "c"', "/'", "/''$(exit 1)"]) {
      const line = renderLibvirtHook({ program: '/p', path })
        .split('\n')
        .find((each) => each.startsWith('path='));
      const shown = execFileSync('/bin/sh', ['-c', `${line}\nprintf %s "$path"`], { encoding: 'utf8' });
      assert.equal(shown, path);
    }
  });

  it('has no faults of shell scripts', { skip: lacking({ programs: ['shellcheck'] }) }, async () => {
    await using folder = await tempFolder('dm-hook');
    const { hook } = await writeHook(folder, 'docker-mirror');
    await run('shellcheck', [hook]);
  });
});

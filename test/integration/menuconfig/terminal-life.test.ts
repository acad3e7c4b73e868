import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lacking } from '../../parts/needs.js';
import { tempFolder } from '../../parts/temp.js';
import { waitFor } from '../../parts/wait.js';
import { EXAMPLE } from '../../unit/menuconfig/example.js';
import { MENU, openScene, type Scene } from './scene.js';

const MAIN = fileURLToPath(new URL('../../../../dist/bundle/main.cjs', import.meta.url));

/** Opens the menu; the terminal's modes before are kept in the file `before`. */
async function openMenu(scene: Scene): Promise<void> {
  scene.terminal.run(`stty -a >before; ${MENU}; echo "status $?"`);
  await scene.terminal.until(/Load/);
  assert.equal(scene.terminal.isAlternate(), true);
}

/** The shell has its screen and its modes again. */
async function assertRestored({ terminal }: Scene, status: number): Promise<void> {
  await terminal.untilShell(new RegExp(`^status ${status}$`, 'm'));
  terminal.run('stty -a >after; cmp before after && echo "modes are equal"');
  await terminal.until(/^modes are equal/m);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the terminal of a menu', { skip: lacking({ programs: ['tmux', 'bash', 'stty'] }) }, () => {
  it('is as it was afterwards, what stood there included', async () => {
    await using scene = await openScene(80, 24);
    scene.terminal.run('echo "stood before"');
    await openMenu(scene);
    scene.terminal.press('q', 'n');
    await assertRestored(scene, 0);
    assert.match(scene.terminal.screen().join('\n'), /^stood before$/m);
  });

  for (const [signal, status] of [
    ['SIGTERM', 130],
    ['SIGINT', 130],
    ['SIGHUP', 1],
  ] as const) {
    it(`is given back at ${signal}`, async () => {
      await using scene = await openScene(80, 24);
      await openMenu(scene);
      process.kill(scene.pid(), signal);
      await assertRestored(scene, status);
    });
  }

  it("is the shell's while the menu is stopped, and the menu's when it goes on", async () => {
    await using scene = await openScene(80, 24);
    const { terminal } = scene;
    await openMenu(scene);
    for (const stop of [() => terminal.press('C-z'), () => process.kill(scene.pid(), 'SIGTSTP')]) {
      stop();
      await terminal.untilShell(/Stopped/);
      terminal.run('clear; stty -a >stopped; cmp before stopped && echo "equal"');
      await terminal.until(/^equal/m);
      terminal.run('clear; fg');
      await terminal.until(/< Load >/);
      assert.equal(terminal.isAlternate(), true);
    }
    terminal.press('Down', 'n');
    await terminal.until(/\[ \] Network/);
    terminal.press('q', 'n');
    await terminal.untilShell(/NOT saved/);
    terminal.run('stty -a >after; cmp before after && echo "modes are equal"');
    await terminal.until(/^modes are equal/m);
  });

  it('is given back when there is a defect, which can then be read', async () => {
    const program = fileURLToPath(new URL('failing-menu.js', import.meta.url));
    for (const [where, break_] of [
      ['leaving', (scene: Scene) => scene.terminal.press('q')],
      ['searching', (scene: Scene) => scene.terminal.press('/', 'x')],
      ['elsewhere', (scene: Scene) => void process.kill(scene.pid(), 'SIGUSR1')],
    ] as const) {
      await using scene = await openScene(80, 24);
      const { terminal } = scene;
      const command = `sh -c 'echo $$ >pid; exec "${process.execPath}" "${program}" ${where}'`;
      terminal.run(`stty -a >before; ${command}; echo "ended"`);
      await terminal.until(/< Load >/);
      break_(scene);
      await terminal.untilShell(/TypeError: a defect for the test[\s\S]*^ended$/m);
      terminal.run('clear; stty -a >after; cmp before after && echo "modes are equal"');
      await terminal.until(/^modes are equal/m);
    }
  });

  it('takes the menu along when it is closed', async () => {
    await using scene = await openScene(80, 24);
    await openMenu(scene);
    const pid = scene.pid();
    try {
      await scene.terminal.close();
      await waitFor(() => !isRunning(pid), { what: `process ${pid} has ended` });
    } finally {
      if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    }
  });

  it('may change its size', async () => {
    await using scene = await openScene(80, 24);
    const { terminal } = scene;
    await openMenu(scene);
    terminal.resize(40, 12);
    await terminal.until(/^ {2}<Select> <Exit> <Help> <Save> <Load>$/m);
    assert.equal(terminal.screen().length, 12);
    terminal.resize(5, 2);
    await waitFor(() => terminal.screen().length <= 2, { what: 'the screen is small' });
    terminal.press('Down', '?', 'Escape');
    terminal.resize(80, 24);
    await terminal.until(/^ {2}│ +<Select> {4}< Exit > {4}< Help >/m);
    terminal.press('q', 'n');
    await assertRestored(scene, 0);
  });

  it('shows no colours where NO_COLOR or its kind forbid them, and plain lines where they are needed', async () => {
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'vt100' }]) {
      await using scene = await openScene(80, 24, env);
      await openMenu(scene);
      const text = scene.terminal.styledScreen();
      assert.ok(text.includes('\x1b[7m'), 'the entry with the cursor is reversed');
      assert.ok(!/\[(?:\d+;)*[34][0-7]m/.test(text), 'there are no colours');
      scene.terminal.press('q', 'n');
      await scene.terminal.untilShell(/status 0/);
    }
    await using scene = await openScene(80, 24, { LC_ALL: 'C' });
    await openMenu(scene);
    assert.match(scene.terminal.screen()[2] ?? '', /^ {2}\+-+ Example configuration -+\+$/);
  });
});

describe('without a terminal', () => {
  it('the menu says so, and what there is instead', async () => {
    await using folder = await tempFolder('dm-menu');
    writeFileSync(folder.file('Kconfig'), EXAMPLE);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [MAIN, 'menuconfig', '--kconfig', 'Kconfig'],
      { cwd: folder.path, encoding: 'utf8', input: '', timeout: 20_000 },
    );
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /the menu needs a terminal, and standard input is none/);
    assert.match(stderr, /make config.*docker-mirror config set/);
  });

  it('nor on one whose cursor cannot be moved, or when only one side is a terminal', async () => {
    await using scene = await openScene(80, 24, { TERM: 'dumb' });
    const { terminal } = scene;
    terminal.run(`${MENU}; echo "status $?"`);
    await terminal.until(/kind "dumb"[\s\S]*status 2/);
    terminal.run(`clear; export TERM=screen; ${MENU} | cat; echo "status \${PIPESTATUS[0]}"`);
    await terminal.until(/standard output is none[\s\S]*status 2/);
  });
});

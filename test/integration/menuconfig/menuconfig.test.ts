import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lacking } from '../../parts/needs.js';
import { assertCapture } from './capture.js';
import { MENU, openScene, scriptedConfig } from './scene.js';

const SIZES = [
  [80, 24],
  [40, 12],
  [132, 43],
] as const;

describe('docker-mirror menuconfig', { skip: lacking({ programs: ['tmux', 'bash'] }) }, () => {
  for (const [columns, rows] of SIZES) {
    it(`changes settings at ${columns}x${rows}, as config set does`, async () => {
      await using scene = await openScene(columns, rows);
      const { terminal } = scene;
      const capture = (name: string) => assertCapture(`${columns}x${rows}-${name}`, terminal);
      terminal.run(`${MENU}; echo "status $?"`);
      await terminal.until(/<Load>|< Load >/);
      await capture('open');
      terminal.press('Down', 'n');
      await terminal.until(/\[ \] Network\n|\[ \] Network /);
      await capture('bool');
      terminal.press('Down', 'Enter');
      await terminal.until(/\(X\) Built in/);
      terminal.press('Down');
      await terminal.until(/\( \) Stock/);
      await capture('choice');
      terminal.press('Space');
      await terminal.until(/Engine \(Stock\)/);
      terminal.press('/');
      await terminal.until(/Search by name/);
      terminal.type('^po.t$');
      await terminal.until(/po\.t\$[\s\S]*1 entry/);
      await capture('search');
      terminal.press('Enter');
      await terminal.until(/\(5000\) Port/);
      await capture('jump');
      terminal.press('Enter');
      await terminal.until(/whole number/);
      terminal.type('99');
      await terminal.until(/Expected 1 to 65535, found 500099/);
      await capture('range');
      terminal.press('C-u');
      await terminal.until(/found ""/);
      terminal.type('8080');
      await terminal.until(/8080/);
      terminal.press('Enter');
      await terminal.until(/\(8080\) Port/);
      terminal.press('Up', 'Enter');
      await terminal.until(/A text/);
      terminal.type(' "日本"');
      await terminal.until(/mirror "日本"/);
      terminal.press('Enter');
      await terminal.until(/\(mirror "日本"\)|\(mirror "日…\)/);
      terminal.press('Down', '?');
      await terminal.until(/CONFIG_PORT:/);
      await capture('help');
      terminal.press('Escape', 'Escape');
      await terminal.untilGone(/CONFIG_PORT:/);
      terminal.press('s');
      await terminal.until(/The file to save to/);
      terminal.press('Enter');
      await terminal.until(/Saved to \.config/);
      const expected = await scriptedConfig('NET=n', 'STOCK=y', 'PORT=8080', 'NAME=mirror "日本"');
      assert.equal(scene.config(), expected);
      terminal.press('o');
      await terminal.untilShell(/The settings are in .*\nstatus 0/s);
    });
  }

  it('asks before changes are lost', async () => {
    await using scene = await openScene(80, 24);
    const { terminal } = scene;
    terminal.run(`${MENU}; echo "status $?"`);
    await terminal.until(/< Load >/);
    terminal.press('Down', 'n', 'Escape');
    await terminal.until(/Save the changed settings\?/);
    await assertCapture('leave', terminal);
    terminal.press('Right', 'Enter');
    await terminal.untilShell(/NOT saved\.\nstatus 0/);
    assert.equal(scene.config(), undefined);
    terminal.run(`clear; ${MENU}; echo "status $?"`);
    await terminal.until(/< Load >/);
    terminal.press('Down', 'n', 'C-c');
    await terminal.until(/Save the changed settings\?/);
    terminal.press('C-c');
    await terminal.untilShell(/NOT saved\.\nstatus 130/);
    terminal.run(`clear; ${MENU}; echo "status $?"`);
    await terminal.until(/< Load >/);
    terminal.press('Down', 'n', 'q', 'y');
    await terminal.untilShell(/The settings are in .*\nstatus 0/);
    assert.equal(scene.config(), await scriptedConfig('NET=n'));
  });

  it('takes what is pasted as a text, and never as keys', async () => {
    await using scene = await openScene(80, 24);
    const { terminal } = scene;
    terminal.run(MENU);
    await terminal.until(/< Load >/);
    terminal.press('Down');
    terminal.paste('nnn\nq\ny');
    await terminal.until(/A pasted text has no meaning here/);
    assert.match(terminal.screen().join('\n'), /\[\*\] Network/);
    terminal.press('Up', 'Enter');
    await terminal.until(/Name of the host/);
    terminal.press('Enter');
    await terminal.until(/A text/);
    terminal.paste(' of\nmine');
    await terminal.until(/mirror of mine/);
    terminal.press('Enter');
    await terminal.until(/\(mirror of mine\) Name of the host/);
  });

  it('says when somebody else changed the file, and what is strange in it', async () => {
    await using scene = await openScene(80, 24);
    const { terminal } = scene;
    scene.write('.config', 'CONFIG_NET=perhaps\n');
    terminal.run(MENU);
    await terminal.until(/\.config:1: /);
    terminal.press('Enter');
    await terminal.until(/< Load >/);
    scene.write('.config', 'CONFIG_NET=y\n');
    terminal.press('s');
    await terminal.until(/The file to save to/);
    terminal.press('Enter');
    await terminal.until(/was changed by somebody else/);
    assert.equal(scene.config(), 'CONFIG_NET=y\n');
    terminal.press('Enter');
    await terminal.untilGone(/was changed by somebody else/);
    terminal.press('s');
    await terminal.until(/The file to save to/);
    terminal.press('Enter');
    await terminal.until(/Saved to \.config/);
  });
});

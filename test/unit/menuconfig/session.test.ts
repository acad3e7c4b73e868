import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MenuDriver } from './driver.js';
import { EXAMPLE } from './example.js';

describe('a session', () => {
  it('leaves at once when there is nothing to save', async () => {
    const menu = new MenuDriver(EXAMPLE);
    assert.deepEqual(await menu.press('escape'), { end: { isInterrupted: false, isSaved: true } });
    await menu.press('down', 'n', 'y');
    assert.deepEqual(await menu.press('O'), { end: { isInterrupted: false, isSaved: true } });
  });

  it('asks about changes: yes, no and cancel', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('down', 'n', 'escape');
    assert.match(menu.screen, /Save the changed settings\?/);
    assert.equal(await menu.press('escape'), undefined);
    assert.doesNotMatch(menu.screen, /Save the changed settings\?/);
    await menu.press('q', 'right', 'right', 'enter');
    assert.doesNotMatch(menu.screen, /Save the changed settings\?/);
    assert.deepEqual(await menu.press('q', 'n'), { end: { isInterrupted: false, isSaved: false } });
    assert.match(menu.files.texts.get('.config') ?? '', /CONFIG_NET=y/);
    assert.deepEqual(await menu.press('q', 'enter'), { end: { isInterrupted: false, isSaved: true } });
    assert.match(menu.files.texts.get('.config') ?? '', /# CONFIG_NET is not set/);
  });

  it('asks when there is no file yet', async () => {
    const menu = new MenuDriver(EXAMPLE, undefined, false);
    await menu.press('escape');
    assert.match(menu.screen, /Save the changed settings\?/);
  });

  it('takes a second Ctrl-C for an answer', async () => {
    const menu = new MenuDriver(EXAMPLE);
    assert.deepEqual(await menu.press('interrupt'), { end: { isInterrupted: true, isSaved: true } });
    await menu.press('down', 'n', '?');
    assert.equal(await menu.press('interrupt'), undefined);
    assert.match(menu.screen, /Save the changed settings\?/);
    assert.deepEqual(await menu.press('interrupt'), { end: { isInterrupted: true, isSaved: false } });
  });

  it('undoes and does again', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('u');
    assert.match(menu.screen, /There is nothing to undo/);
    await menu.press('down', 'n', 'y', 'n');
    await menu.press('u');
    assert.equal(menu.value('NET'), 'y');
    await menu.press('u', 'u');
    assert.match(menu.screen, /\[\*\] Network \(NEW\)/);
    await menu.press('U', 'redo', 'U');
    assert.equal(menu.value('NET'), 'n');
    await menu.press('U');
    assert.match(menu.screen, /There is nothing to redo/);
    await menu.press('u', 'n', 'U');
    assert.match(menu.screen, /There is nothing to redo/);
  });

  it('saves and loads by name; loading can be undone', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('down', 'n', 's', 'eraseLine', 'text:other', 'enter');
    assert.match(menu.screen, /Saved to other/);
    await menu.press('y', 'l', 'eraseLine', 'text:other', 'enter');
    assert.equal(menu.value('NET'), 'n');
    await menu.press('u');
    assert.equal(menu.value('NET'), 'y');
  });

  it('says what went wrong, and what was strange', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('l', 'eraseLine', 'text:nowhere', 'enter');
    assert.match(menu.screen, /cannot read nowhere: there is no such file/);
    await menu.press('escape', 's', 'eraseLine', 'text:/forbidden', 'enter');
    assert.match(menu.screen, /cannot write \/forbidden/);
    assert.match(menu.screen, /choose another/);
    menu.files.texts.set('odd', 'CONFIG_NET=y\nwhat is this\n');
    await menu.press('escape', 'l', 'eraseLine', 'text:odd', 'enter');
    assert.match(menu.screen, /odd:2: /);
  });

  it("hands on what is the terminal's to do", async () => {
    const menu = new MenuDriver(EXAMPLE);
    assert.equal(await menu.press('suspend'), 'suspend');
    assert.equal(await menu.press('/', 'repaint'), 'repaint');
  });

  it('ignores what is pasted into a list', async () => {
    const menu = new MenuDriver(EXAMPLE);
    const before = menu.configuration.save();
    await menu.press('down', 'paste:nnnn\nyyy');
    assert.deepEqual(menu.configuration.save(), before);
    assert.match(menu.screen, /no meaning here/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MenuDriver } from './driver.js';
import { EXAMPLE } from './example.js';

describe('the menu', () => {
  it('shows title, entries, marks and buttons', () => {
    const menu = new MenuDriver(EXAMPLE);
    assert.deepEqual(menu.lines, [
      ' .config - Example configuration',
      ' ──────────────────────────────────────────────────────────────────────────────',
      '  ┌───────────────────────── Example configuration ──────────────────────────┐',
      '  │  Arrow keys navigate, <Enter> opens --->, <Space> changes, <Y>           │',
      '  │  includes, <N> excludes, <M> makes a module. Highlighted letters are     │',
      '  │  hotkeys. <Esc><Esc> back, <?> help, </> search, <Z> show hidden, <U>    │',
      '  │  undo. Legend: [*] built-in [ ] excluded <M> module < > module capable   │',
      '  │ ┌──────────────────────────────────────────────────────────────────────┐ │',
      '  │ │        General  --->                                                 │ │',
      '  │ │    [*] Network (NEW)                                                 │ │',
      '  │ │    < >   Fast path (NEW)                                             │ │',
      '  │ │        Engine (Built in)  --->                                       │ │',
      '  │ │    [ ] Extra things (NEW)  ----                                      │ │',
      '  │ │    [ ] Rather forced (NEW)                                           │ │',
      '  │ │    (0x1000) Base address (NEW)                                       │ │',
      '  │ │        *** The end ***                                               │ │',
      '  │ │                                                                      │ │',
      '  │ │                                                                      │ │',
      '  │ │                                                                      │ │',
      '  │ └──────────────────────────────────────────────────────────────────────┘ │',
      '  ├──────────────────────────────────────────────────────────────────────────┤',
      '  │         <Select>    < Exit >    < Help >    < Save >    < Load >         │',
      '  └──────────────────────────────────────────────────────────────────────────┘',
      '',
    ]);
    assert.equal(menu.chosen, 'General  --->');
  });

  it('fits 40 by 12', () => {
    assert.deepEqual(new MenuDriver(EXAMPLE, { columns: 40, rows: 12 }).lines, [
      ' .config - Example configuration',
      ' ──────────────────────────────────────',
      '        General  --->',
      '    [*] Network (NEW)',
      '    < >   Fast path (NEW)',
      '        Engine (Built in)  --->',
      '    [ ] Extra things (NEW)  ----',
      '    [ ] Rather forced (NEW)',
      '    (0x1000) Base address (NEW)',
      '        *** The end ***',
      '',
      '  <Select> <Exit> <Help> <Save> <Load>',
    ]);
  });

  it('changes bools and tristates, and only to what they can be', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('down', 'down', 'm');
    assert.equal(menu.value('NET_FAST'), 'm');
    assert.match(menu.screen, /<M> {3}Fast path/);
    await menu.press(' ');
    assert.equal(menu.value('NET_FAST'), 'y');
    await menu.press(' ');
    assert.equal(menu.value('NET_FAST'), 'n');
    await menu.press('up', 'm');
    assert.equal(menu.value('NET'), 'y');
    assert.match(menu.lines[23] ?? '', /NET: expected n or y, found "m"/);
    await menu.press('n');
    assert.equal(menu.value('NET'), 'n');
    assert.doesNotMatch(menu.screen, /Fast path|NET: expected/);
    assert.equal(menu.chosen, 'Network');
    await menu.press('enter');
    assert.equal(menu.value('NET'), 'y');
  });

  it('shows what is selected as fixed, and says so', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('e', 'e', 'e');
    assert.equal(menu.chosen, 'Extra things (NEW)  ----');
    await menu.press('y', 'down');
    assert.match(menu.screen, /-\*- Rather forced/);
    assert.match(menu.screen, /\[\*\] Extra things {2}--->/);
    await menu.press(' ');
    assert.match(menu.lines[23] ?? '', /FORCED cannot be changed now/);
    await menu.press('n');
    assert.match(menu.lines[23] ?? '', /FORCED: the value is fixed now/);
    assert.equal(menu.value('FORCED'), 'y');
  });

  it('goes into menus and back to where it was', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('enter', 'down');
    assert.equal(menu.lines[1]?.startsWith(' → General ───'), true);
    assert.equal(menu.chosen, 'Port (NEW)');
    await menu.press('escape');
    assert.equal(menu.chosen, 'General  --->');
    await menu.press('e', 'e', 'e', 'y', 'enter');
    assert.match(menu.lines[1] ?? '', /→ Extra things/);
    assert.equal(menu.chosen, 'A of extra (NEW)');
    await menu.press('backspace');
    assert.equal(menu.chosen, 'Extra things  --->');
  });

  it('moves by pages, to both ends and by hotkeys', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `config S${index}\n\tbool "Entry ${index}"\n`).join(
      '',
    );
    const menu = new MenuDriver(many);
    await menu.press('pagedown');
    assert.equal(menu.chosen, 'Entry 10 (NEW)');
    assert.match(menu.screen, /\^\(-\)/);
    await menu.press('end');
    assert.equal(menu.chosen, 'Entry 39 (NEW)');
    assert.doesNotMatch(menu.screen, /v\(\+\)/);
    await menu.press('pageup', 'up');
    assert.equal(menu.chosen, 'Entry 28 (NEW)');
    await menu.press('home', 'up', 'e');
    assert.equal(menu.chosen, 'Entry 1 (NEW)');
  });

  it('keeps the cursor on its entry and its line when entries appear above it', async () => {
    const menu = new MenuDriver(`
config A
	bool "Aa"
	depends on C
config B
	bool "Bb"
	depends on C
config C
	bool "Cc"
${Array.from({ length: 30 }, (_, index) => `config X${index}\n\tbool "Xx ${index}"\n`).join('')}`);
    await menu.press('y');
    assert.equal(menu.chosen, 'Cc');
    assert.match(menu.screen, /\^\(-\)/);
    assert.match(menu.lines[8] ?? '', /Cc/);
    await menu.press('n');
    assert.equal(menu.chosen, 'Cc');
  });

  it('shows hidden entries when asked', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('down', 'n');
    assert.doesNotMatch(menu.screen, /Fast path/);
    await menu.press('Z');
    assert.match(menu.screen, /- - {3}Fast path/);
    await menu.press('z');
    assert.doesNotMatch(menu.screen, /Fast path/);
  });

  it('presses its buttons', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('right', 'right', 'enter');
    assert.match(menu.screen, /There is no help for this entry/);
    await menu.press('escape', 'tab', 'enter');
    assert.match(menu.screen, /The file to save to/);
    await menu.press('escape', 'backtab', 'left');
    assert.deepEqual(await menu.press('enter'), { end: { isInterrupted: false, isSaved: true } });
  });

  it('shows control characters instead of obeying them', () => {
    const menu = new MenuDriver('config A\n\tstring "Bell \x07 and \u202eturn"\n\tdefault "\x1b[31mred"\n');
    assert.match(menu.screen, /\(\\e\[31mred\) Bell \\x07 and \\u202eturn/);
  });

  it('keeps its borders straight around wide and combining characters', () => {
    const menu = new MenuDriver(
      'menu "日本語のメニュー"\nendmenu\nmenu "e\u0301te\u0301 👨‍👩‍👧 ❤️"\nendmenu\nmenu "한국어"\nendmenu\n',
    );
    const rows = menu.frame.lines.slice(8, 11).map((spans) => spans.map(({ text }) => text).join(''));
    assert.deepEqual(
      rows.map((row) => row.trimEnd().endsWith('│ │')),
      [true, true, true],
    );
    assert.equal(rows[0]?.length, 80 - '日本語のメニュー'.length);
  });
});

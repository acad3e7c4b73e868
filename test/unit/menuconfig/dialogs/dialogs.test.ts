import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MenuDriver } from '../driver.js';
import { EXAMPLE } from '../example.js';

describe('the window of a choice', () => {
  it('shows the values as radio buttons and takes one', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('down', 'down', 'down', 'enter');
    assert.match(menu.screen, /─ Engine ─/);
    assert.match(menu.screen, /\(X\) Built in/);
    await menu.press('down', ' ');
    assert.equal(menu.value('STOCK'), 'y');
    assert.equal(menu.value('BUILTIN'), 'n');
    assert.equal(menu.chosen, 'Engine (Stock)  --->');
  });

  it('changes nothing when it is left, and helps', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('down', 'down', 'down', ' ', 't', '?');
    assert.match(menu.screen, /Symbol: STOCK \[=n\]/);
    await menu.press('escape');
    assert.match(menu.screen, /\( \) Stock/);
    await menu.press('escape');
    assert.equal(menu.value('BUILTIN'), 'y');
  });
});

describe('the window of a value', () => {
  it('checks while it is typed, and takes only what can be', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('enter', 'down', 'enter');
    assert.match(menu.screen, /A whole number from 1 to 65535; the default is 5000\./);
    await menu.press('text:0');
    assert.doesNotMatch(menu.screen, /Expected/);
    await menu.press('text:0');
    assert.match(menu.screen, /Expected 1 to 65535, found 500000/);
    await menu.press('enter');
    assert.match(menu.screen, /Expected 1 to 65535/);
    assert.equal(menu.value('PORT'), '5000');
    await menu.press('eraseLine');
    assert.match(menu.screen, /Expected a whole number, found ""/);
    await menu.press('text:8080', 'enter');
    assert.equal(menu.value('PORT'), '8080');
    assert.equal(menu.chosen, 'Port');
  });

  it('has buttons, and types into the field from them', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('enter', 'enter', 'text:-2', 'tab', 'tab', 'enter');
    assert.equal(menu.value('NAME'), 'mirror');
    await menu.press('enter', 'backtab', 'enter');
    assert.match(menu.screen, /Symbol: NAME \[=mirror\]/);
    await menu.press('escape', 'text:3', 'enter');
    assert.equal(menu.value('NAME'), 'mirror3');
  });

  it('takes a paste as one line of text', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('enter', 'enter', 'eraseLine', 'paste:one\ntwo\x1b[31m\x07\r\n', 'enter');
    assert.equal(menu.value('NAME'), 'one two[31m');
  });
});

describe('help', () => {
  it('tells everything about a symbol, with the values of now', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('enter', 'down', '?');
    const text = menu.screen;
    for (const expected of [
      /CONFIG_PORT:/,
      /The port that is listened on\./,
      /Symbol: PORT \[=5000\]/,
      /Type {2}: integer/,
      /Range : \[1 65535\]/,
      /Prompt: Port/,
      /-> General/,
      /Defined at Kconfig:14/,
      /\(100%\)/,
    ])
      assert.match(text, expected);
    await menu.press('escape', 'escape', 'down', 'down', 'h');
    assert.match(menu.screen, /Depends on: NET \[=y\]/);
    await menu.press('enter', 'e', 'e', '?');
    assert.match(menu.screen, /Selects: FORCED \[=n\]/);
    await menu.press('q', 'down', '?');
    assert.match(menu.screen, /Selected by:/);
    assert.match(menu.screen, /- EXTRA \[=n\] \(n now\)/);
  });

  it('scrolls what is longer than the screen', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => `	  line ${index}`).join('\n');
    const menu = new MenuDriver(`config A\n	bool "Aa"\n	help\n${lines}\n`);
    await menu.press('?');
    assert.doesNotMatch(menu.screen, /100%/);
    await menu.press('end');
    assert.match(menu.screen, /Defined at Kconfig:1/);
    assert.match(menu.screen, /100%/);
    await menu.press('home', 'down', ' ');
    assert.match(menu.screen, /line 17\b/);
    assert.doesNotMatch(menu.screen, /line 15\b/);
  });
});

describe('search', () => {
  it('goes to what it found', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('/', 'text:port');
    assert.match(menu.screen, /1 entry/);
    assert.match(menu.screen, /PORT \[=5000\] Port/);
    await menu.press('enter');
    assert.equal(menu.chosen, 'Port (NEW)');
    assert.match(menu.lines[1] ?? '', /→ General/);
    await menu.press('escape');
    assert.equal(menu.chosen, 'General  --->');
  });

  it('opens the choice of a value, and shows what is hidden', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('/', 'text:stock', 'enter');
    assert.match(menu.screen, /─ Engine ─/);
    assert.equal(menu.frame.cursor === undefined, false);
    await menu.press('enter');
    assert.equal(menu.value('STOCK'), 'y');
    await menu.press('/', 'text:extra_a');
    assert.match(menu.screen, /A of extra \(hidden\)/);
    await menu.press('enter');
    assert.match(menu.chosen, /^A of extra/);
    assert.match(menu.lines[23] ?? '', /hidden entries are shown/);
  });

  it('tells about what is in no menu', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('/', 'text:modules', 'enter');
    assert.match(menu.screen, /Symbol: MODULES \[=y\]/);
    await menu.press('escape', 'escape');
    assert.equal(menu.chosen, 'General  --->');
  });

  it('goes to what is around an entry that is not shown even then', async () => {
    const menu = new MenuDriver(`choice
	prompt "Which"
config A
	bool "Aa"
config B
	bool "Bb"
config B_MORE
	bool "More of b"
	depends on B
endchoice
`);
    await menu.press('/', 'text:b_more', 'enter');
    assert.match(menu.chosen, /Which|More of b/);
  });

  it('says when there is nothing, and helps about what there is', async () => {
    const menu = new MenuDriver(EXAMPLE);
    await menu.press('/', 'text:zzz');
    assert.match(menu.screen, /Nothing was found/);
    await menu.press('enter', 'eraseLine', 'text:net', 'down', 'tab');
    assert.match(menu.screen, /Symbol: NET_FAST/);
    await menu.press('escape', 'escape');
    assert.equal(menu.chosen, 'General  --->');
  });
});

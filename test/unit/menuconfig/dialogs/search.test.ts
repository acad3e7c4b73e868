import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MenuDriver } from '../driver.js';
import { EXAMPLE } from '../example.js';

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

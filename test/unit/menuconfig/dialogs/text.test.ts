import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MenuDriver } from '../driver.js';
import { EXAMPLE } from '../example.js';

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

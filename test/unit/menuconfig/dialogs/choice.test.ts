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

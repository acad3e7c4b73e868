import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MenuDriver } from '../driver.js';
import { EXAMPLE } from '../example.js';

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

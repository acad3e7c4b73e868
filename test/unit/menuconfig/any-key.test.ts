import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { textWidth } from '#src/menuconfig/text/width.js';
import { MenuDriver } from './driver.js';
import { EXAMPLE } from './example.js';

const KEYS = [
  ...[
    'up',
    'down',
    'left',
    'right',
    'pageup',
    'pagedown',
    'home',
    'end',
    'enter',
    'enter',
    'escape',
    'tab',
    'backtab',
  ],
  ...['backspace', 'delete', 'help', 'interrupt', 'repaint', 'redo', 'eraseLine', 'eraseRest', 'eraseWord'],
  ...[...'ynmhzslouqUZ?/ 1日\u0301'],
  ...['paste:some\ntext', 'text:.config'],
];
const HARD = `${EXAMPLE}
menu "日本語 with a very long name that does not fit into any line of a small terminal at all"
comment "nothing \u202e"
endmenu
`;

const sizes = fc.record({ columns: fc.integer({ min: 1, max: 100 }), rows: fc.integer({ min: 1, max: 40 }) });

function assertFits(menu: MenuDriver, size: { columns: number; rows: number }): void {
  const { lines, cursor } = menu.frame;
  assert.equal(lines.length, size.rows);
  for (const spans of lines) {
    // Each piece for itself: marks at its beginning may not join the piece before.
    const width = spans.reduce((sum, { text }) => sum + textWidth(text), 0);
    assert.equal(width, size.columns);
  }
  if (cursor !== undefined) assert.ok(cursor.row < size.rows && cursor.column < size.columns);
}

describe('whatever is pressed', () => {
  it('the screen is as large as the terminal, and nothing fails', async () => {
    const presses = fc.array(fc.oneof(fc.constantFrom(...KEYS), sizes), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(sizes, presses, async (first, all) => {
        let size = first;
        const menu = new MenuDriver(HARD, size, false);
        for (const press of all) {
          if (typeof press === 'string') await menu.press(press);
          else {
            size = press;
            menu.resize(size);
          }
          assertFits(menu, size);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('undoing everything leads back to the beginning', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('down', 'up', 'enter', 'y', 'n', 'm', ' '), { maxLength: 40 }),
        async (keys) => {
          const menu = new MenuDriver(EXAMPLE);
          const before = menu.configuration.save();
          await menu.press(...keys, ...Array<string>(5).fill('escape'), 'escape', 'escape');
          if (menu.screen.includes('Save the changed')) await menu.press('escape');
          await menu.press(...Array<string>(45).fill('u'));
          assert.deepEqual(menu.configuration.save(), before);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('a screen of 5 by 2 shows the entry with the cursor', async () => {
    const menu = new MenuDriver(EXAMPLE, { columns: 5, rows: 2 });
    await menu.press('down');
    assert.equal(menu.chosen.slice(0, 1), 'N');
    await menu.press('?', 'escape', '/', 'escape', 's', 'escape', 'enter', 'q');
    assertFits(menu, { columns: 5, rows: 2 });
  });

  it('a key takes less than 30 ms among 10,000 symbols', async () => {
    const entry = (at: number) =>
      `config S${at}\n\ttristate "Entry ${at}"\n\tdepends on S${Math.max(0, at - (at % 7) - 1)} || S0\n`;
    const menus = Array.from({ length: 100 }, (_, at) => {
      const entries = Array.from({ length: 100 }, (__, each) => entry(at * 100 + each + 1));
      return `menu "Menu ${at}"\n${entries.join('')}endmenu\n`;
    });
    const menu = new MenuDriver(`config S0\n\tbool "First"\n\tdefault y\n${menus.join('')}`);
    const times: number[] = [];
    for (const key of [
      'down',
      'up',
      'n',
      'y',
      'down',
      'enter',
      ' ',
      'down',
      'm',
      'y',
      'pagedown',
      'u',
      'u',
      'z',
      'escape',
    ]) {
      const start = performance.now();
      await menu.press(key);
      assert.equal(menu.frame.lines.length, 24);
      times.push(performance.now() - start);
    }
    // The middle one: a machine under load may be late now and then.
    const middle = times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
    assert.ok(middle < 30, `took ${times.map((time) => time.toFixed(1)).join(' ')} ms`);
  });
});

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { type LiveScreen, liveScreen } from '#src/cli/live/live-screen.js';
import { TerminalModel } from './terminal-model.js';

describe('live lines', () => {
  let terminal: TerminalModel;
  let screen: LiveScreen;
  beforeEach(() => {
    terminal = new TerminalModel();
    screen = liveScreen(terminal);
    terminal.write('before\n');
  });

  function print(text: string): void {
    screen.above(() => terminal.write(`${text}\n`));
  }

  it('are written over, and gone in the end', () => {
    let number = 1;
    screen.show(() => [`line ${number}`, `again ${number}`]);
    terminal.tick();
    assert.deepEqual(terminal.lines(), ['before', 'line 1', 'again 1']);
    number = 22;
    terminal.tick();
    assert.deepEqual(terminal.lines(), ['before', 'line 22', 'again 22']);
    number = 3;
    terminal.tick();
    assert.deepEqual(terminal.lines(), ['before', 'line 3', 'again 3']);
    screen.end();
    assert.deepEqual(terminal.lines(), ['before']);
    assert.ok(terminal.isLeftAlone());
  });

  it('stay below what is printed', () => {
    screen.show(() => ['live']);
    print('first');
    terminal.tick();
    print('second');
    assert.deepEqual(terminal.lines(), ['before', 'first', 'second', 'live']);
    screen.end();
    print('third');
    assert.deepEqual(terminal.lines(), ['before', 'first', 'second', 'third']);
  });

  it('become fewer and more', () => {
    let count = 3;
    screen.show(() => Array.from({ length: count }, (_, i) => `${i}`));
    for (count of [3, 1, 4, 0, 2]) {
      terminal.tick();
      assert.equal(terminal.lines().length, 1 + count);
    }
  });

  it('are written only when they have changed', () => {
    screen.show(() => ['same']);
    terminal.tick();
    const before = terminal.written;
    terminal.tick();
    terminal.tick();
    assert.equal(terminal.written, before);
  });

  it('leave the cursor where a shell can go on, whatever ends the process', () => {
    screen.show(() => ['a', 'b']);
    terminal.tick();
    assert.deepEqual(terminal.cursor(), { row: 3, column: 0 });
    assert.ok(!terminal.written.includes('\u001b[?25l'), 'it is never hidden');
  });

  it('follow the size of the terminal, also when it has broken them', () => {
    screen.show(({ columns }) => ['x'.repeat(columns + 5), `${columns} columns`]);
    terminal.tick();
    assert.equal(terminal.lines()[1]?.length, 79);
    terminal.resize(30);
    assert.equal(terminal.lines().length, 1 + 3 + 1);
    terminal.tick();
    assert.deepEqual(terminal.lines(), ['before', 'x'.repeat(29), '30 columns']);
    terminal.resize(120);
    terminal.tick();
    assert.deepEqual(terminal.lines(), ['before', 'x'.repeat(119), '120 columns']);
  });

  it('begin anew below what a shell printed while the process was stopped', () => {
    screen.show(() => ['live']);
    terminal.tick();
    terminal.write('[1]+ Stopped\n$ fg\n');
    terminal.resume();
    terminal.tick();
    assert.deepEqual(terminal.lines(), ['before', 'live', '[1]+ Stopped', '$ fg', 'live']);
    screen.end();
    assert.deepEqual(terminal.lines(), ['before', 'live', '[1]+ Stopped', '$ fg']);
  });

  it('come again after they were taken away', () => {
    screen.show(() => ['one']);
    terminal.tick();
    screen.end();
    screen.end();
    screen.show(() => ['two']);
    terminal.tick();
    assert.deepEqual(terminal.lines(), ['before', 'two']);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { updatePrinter } from '#src/cli/update-printer.js';
import type { UpdateEvent } from '#src/images/update-event.js';
import { TerminalModel } from './live/terminal-model.js';
import { TextOutput } from './support.js';

const EVENTS: readonly UpdateEvent[] = [
  { event: 'begun', images: 2, log: null },
  { event: 'fetching', image: 'a:1', blobs: 1, bytes: 2_000_000 },
  { event: 'bytes', image: 'a:1', count: 1_000_000 },
  { event: 'bytes', image: 'a:1', count: 1_000_000 },
  { event: 'image', image: 'a:1', state: 'fetched', digest: null, bytes: 2_000_000, blobs: 1, problem: null },
  { event: 'image', image: 'b:1', state: 'unchanged', digest: null, bytes: 0, blobs: 0, problem: null },
];

function printed(json: boolean): string {
  const output = new TextOutput(json);
  const printer = updatePrinter(output, json);
  for (const event of EVENTS) printer.show(event);
  printer.end();
  return output.text;
}

describe('an update on the screen', () => {
  it('is a line for each step where there is no terminal', () => {
    assert.equal(
      printed(false),
      'Looking up 2 images\na:1: fetching 1 blob, 2.0 MB\na:1: fetched 1 blob, 2.0 MB\nb:1: unchanged\n',
    );
  });

  it('is a bar for each image on a terminal, a line for each that is over, and one for all', () => {
    const terminal = new TerminalModel();
    const output = { write: (text: string) => terminal.write(text), isTerminal: true, live: terminal };
    let now = 0;
    const printer = updatePrinter(output, false, () => now);
    const screens = EVENTS.map((event) => {
      printer.show(event);
      now += 1_000;
      terminal.tick();
      return terminal.lines();
    });
    assert.deepEqual(screens[1], [
      'Looking up 2 images',
      `a:1           ${'-'.repeat(34)}      0 B of  2.0 MB`,
      '0 of 2 images, 0 B',
    ]);
    assert.deepEqual(screens[3]?.slice(1), [
      `a:1           ${'#'.repeat(34)}   2.0 MB of  2.0 MB   1.0 MB/s`,
      '0 of 2 images, 2.0 MB, 1.0 MB/s',
    ]);
    assert.deepEqual(screens[4]?.slice(0, 2), ['Looking up 2 images', 'a:1: fetched 1 blob, 2.0 MB']);
    printer.above(() => terminal.write('warning: a disk\n'));
    assert.equal(terminal.lines().at(-2), 'warning: a disk');
    printer.end();
    assert.deepEqual(terminal.lines(), [
      'Looking up 2 images',
      'a:1: fetched 1 blob, 2.0 MB',
      'b:1: unchanged',
      'warning: a disk',
    ]);
    assert.ok(terminal.isLeftAlone());
  });

  it('is JSON for programs, an object a line, without each piece of a blob', () => {
    const events = printed(true)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as UpdateEvent);
    assert.deepEqual(
      events,
      EVENTS.filter(({ event }) => event !== 'bytes'),
    );
  });
});

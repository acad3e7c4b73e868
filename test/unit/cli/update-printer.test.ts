import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { updatePrinter } from '#src/cli/update-printer.js';
import type { UpdateEvent } from '#src/images/update-event.js';
import { TextOutput } from './support.js';

const CLEAR = '\r\u001b[K';

const EVENTS: readonly UpdateEvent[] = [
  { event: 'begun', images: 2, log: null },
  { event: 'fetching', image: 'a:1', blobs: 1, bytes: 2_000_000 },
  { event: 'bytes', image: 'redis:7', count: 1_000_000 },
  { event: 'bytes', image: 'redis:7', count: 1_000_000 },
  { event: 'image', image: 'a:1', state: 'fetched', digest: null, bytes: 2_000_000, blobs: 1, problem: null },
  { event: 'image', image: 'b:1', state: 'unchanged', digest: null, bytes: 0, blobs: 0, problem: null },
];

function printed(isTerminal: boolean, json: boolean): string {
  const output = new TextOutput(isTerminal);
  let now = 0;
  const printer = updatePrinter(output, json, () => now);
  for (const event of EVENTS) {
    now += 500;
    printer.show(event);
  }
  printer.end();
  return output.text;
}

describe('an update on the screen', () => {
  it('is a line for each step', () => {
    const lines =
      'Looking up 2 images\na:1: fetching 1 blob, 2.0 MB\na:1: fetched 1 blob, 2.0 MB\nb:1: unchanged\n';
    assert.equal(printed(false, false), lines);
    const seen = printed(true, false)
      .split(CLEAR)
      .filter((piece) => !/^\d of 2/.test(piece));
    assert.equal(seen.join(''), lines);
  });

  it('has a last line on a terminal that says how far it is, and is gone in the end', () => {
    const text = printed(true, false);
    assert.ok(text.includes(`${CLEAR}0 of 2 images, 1.0 MB of 2.0 MB, 2.0 MB/s${CLEAR}`));
    assert.ok(text.includes(`${CLEAR}0 of 2 images, 2.0 MB of 2.0 MB, 2.0 MB/s${CLEAR}`));
    assert.match(text, /b:1: unchanged\n$/);
  });

  it('is JSON for programs, an object a line, without each piece of a blob', () => {
    const events = printed(true, true)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as UpdateEvent);
    assert.deepEqual(
      events,
      EVENTS.filter(({ event }) => event !== 'bytes'),
    );
  });
});

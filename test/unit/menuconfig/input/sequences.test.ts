import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeKey } from '#src/menuconfig/input/decode-key.js';
import type { Key } from '#src/menuconfig/input/key.js';
import { KeyReader } from '#src/menuconfig/input/key-reader.js';
import { SequenceCutter } from '#src/menuconfig/input/sequences.js';

/** The keys that a terminal's output comes to, when nothing follows it. */
function keysOf(text: string, now: () => number = () => 0): Key[] {
  const cutter = new SequenceCutter();
  const reader = new KeyReader(now);
  return [...cutter.feed(text), ...cutter.flush()].flatMap((sequence) => reader.read(sequence) ?? []);
}

describe('what a terminal sends', () => {
  it('is understood: arrows, ends, pages, letters, controls', () => {
    const names = (text: string) => keysOf(text).map((key) => (key.name === 'text' ? key.text : key.name));
    assert.deepEqual(names('\x1b[A\x1bOB\x1b[C\x1b[D'), ['up', 'down', 'right', 'left']);
    assert.deepEqual(names('\x1b[H\x1b[4~\x1b[5~\x1b[6~\x1b[Z'), [
      'home',
      'end',
      'pageup',
      'pagedown',
      'backtab',
    ]);
    assert.deepEqual(names('\r\n\t\x7f\b\x03\x1a\x0c'), [
      'enter',
      'enter',
      'tab',
      'backspace',
      'backspace',
      'interrupt',
      'suspend',
      'repaint',
    ]);
    assert.deepEqual(names('y日😀\x1bOP\x1b[[A'), ['y', '日', '😀', 'help', 'help']);
  });

  it('types nothing when it is a sequence that nobody knows', () => {
    for (const text of [
      '\x1b[?64;1;2n',
      '\x1b[97;5u',
      '\x1b[1;10A',
      '\x1b[<0;10;20M',
      '\x1b]11;rgb:0000/yyyy/nnnn\x07',
      '\x1b]52;c;nnnn\x1b\\',
      '\x1bP1$r0 q\x1b\\',
      '\x1by',
      '\x1bOx',
      '\x1b[',
      '\x1b[12',
      '\x00',
      '\x9b',
    ])
      assert.deepEqual(keysOf(text), [], JSON.stringify(text));
  });

  it('is the same in whatever pieces it comes', () => {
    const text = 'a\x1b[A日\x1b[200~p\x1b[201~\x1bOP\x1b]0;y\x07n';
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length })), (cuts) => {
        const cutter = new SequenceCutter();
        const ends = [...cuts, text.length].sort((a, b) => a - b);
        const found = ends.flatMap((end, index) => cutter.feed(text.slice(ends[index - 1] ?? 0, end)));
        assert.deepEqual(found, new SequenceCutter().feed(text));
      }),
    );
  });

  it('waits shortly after Esc, and longer for the rest of a sequence', () => {
    const cutter = new SequenceCutter();
    assert.equal(cutter.timeout, undefined);
    assert.deepEqual(cutter.feed('\x1b'), []);
    assert.equal(cutter.timeout, 25);
    cutter.feed('[');
    assert.equal(cutter.timeout, 500);
    assert.deepEqual(cutter.flush(), []);
    assert.deepEqual(cutter.feed('x'), ['x']);
  });

  it('counts Esc Esc once, and two Escs that are far apart twice', () => {
    assert.deepEqual(keysOf('\x1b\x1b'), [{ name: 'escape' }]);
    let now = 0;
    const reader = new KeyReader(() => now);
    assert.deepEqual(reader.read('\x1b'), { name: 'escape' });
    now += 150;
    assert.equal(reader.read('\x1b'), undefined);
    now += 150;
    assert.deepEqual(reader.read('\x1b'), { name: 'escape' });
    now += 1_000;
    assert.deepEqual(reader.read('\x1b'), { name: 'escape' });
    now += 10;
    assert.equal(reader.read('\x1b'), undefined);
    assert.deepEqual(reader.read('\x1b\x1b'), { name: 'escape' });
    assert.deepEqual(reader.read('\x1b\x1b'), { name: 'escape' });
    assert.deepEqual(reader.read('\x1b'), { name: 'escape' });
    reader.read('x');
    assert.deepEqual(reader.read('\x1b'), { name: 'escape' });
  });

  it('may be a paste, which is one key', () => {
    assert.deepEqual(keysOf('\x1b[200~y\x1b[Bn\r\x1b[201~m'), [
      { name: 'paste', text: 'y\x1b[Bn\r' },
      { name: 'text', text: 'm' },
    ]);
    assert.deepEqual(keysOf('\x1b[200~\x1b[201~'), []);
    assert.deepEqual(keysOf('\x1b[201~'), []);
  });

  it('is decoded the same whatever it is, without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const key of keysOf(text)) if (key.name === 'text') assert.doesNotMatch(key.text, /\p{Cc}/u);
      }),
    );
    assert.equal(decodeKey(''), undefined);
  });
});

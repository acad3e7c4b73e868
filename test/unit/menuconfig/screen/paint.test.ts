import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Canvas, type Frame } from '#src/menuconfig/screen/canvas.js';
import { paint } from '#src/menuconfig/screen/paint.js';
import { COLOURS, MONO } from '#src/menuconfig/screen/style.js';

function drawn(columns: number, rows: number, draw: (canvas: Canvas) => void): Frame {
  const canvas = new Canvas({ columns, rows });
  draw(canvas);
  return canvas.frame();
}

describe('painting', () => {
  const one = drawn(6, 2, (canvas) => canvas.text(0, 0, 'same', 'item'));
  const two = drawn(6, 2, (canvas) => {
    canvas.text(0, 0, 'same', 'item');
    canvas.text(1, 0, 'new', 'chosen');
    canvas.cursor(1, 2);
  });

  it('writes only the lines that differ, each at its place', () => {
    const text = paint(one, two, COLOURS);
    assert.doesNotMatch(text, /same/);
    assert.ok(text.startsWith('\x1b[2;1H\x1b[0;1;37;44mnew\x1b[0;36;44m   '));
    assert.ok(text.endsWith('\x1b[2;3H\x1b[?25h'));
    assert.ok(paint(two, one, COLOURS).startsWith('\x1b[?25l'));
  });

  it('writes all when the size changed, or nothing is known', () => {
    const small = drawn(6, 1, (canvas) => canvas.text(0, 0, 'same', 'item'));
    for (const before of [undefined, small]) assert.match(paint(before, one, COLOURS), /same/);
  });

  it('uses no colour where there is none', () => {
    const styles = Object.values(MONO).flatMap((codes) => codes.split(';'));
    assert.ok(styles.every((code) => ['', '1', '4', '7'].includes(code)));
    assert.ok(paint(undefined, two, MONO).includes('\x1b[0;7mnew'));
  });

  it('sends the cursor where it belongs behind characters of doubtful width', () => {
    const frame = drawn(6, 1, (canvas) => canvas.text(0, 0, '日❤️x', 'item'));
    assert.ok(paint(undefined, frame, MONO).includes('日\x1b[3G❤️\x1b[5Gx'));
  });
});

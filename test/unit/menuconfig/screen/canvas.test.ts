import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ASCII, drawBox } from '#src/menuconfig/screen/box.js';
import { Canvas, type Frame, textOf } from '#src/menuconfig/screen/canvas.js';

function drawn(columns: number, rows: number, draw: (canvas: Canvas) => void): Frame {
  const canvas = new Canvas({ columns, rows });
  draw(canvas);
  return canvas.frame();
}

describe('a canvas', () => {
  it('cuts off what lies outside', () => {
    const frame = drawn(4, 2, (canvas) => {
      canvas.text(0, -1, 'abcdefg', 'item');
      canvas.text(5, 0, 'nowhere', 'item');
      canvas.text(1, 1, 'xyz', 'item', 2);
      canvas.cursor(9, 9);
    });
    assert.deepEqual(textOf(frame), ['bcde', ' xy ']);
    assert.equal(frame.cursor, undefined);
  });

  it('never shows half a wide character', () => {
    const texts = (draw: (canvas: Canvas) => void) => textOf(drawn(4, 1, draw))[0];
    assert.equal(
      texts((canvas) => canvas.text(0, 3, '日', 'item')),
      '    ',
    );
    assert.equal(
      texts((canvas) => canvas.text(0, -1, '日本', 'item')),
      ' 本 ',
    );
    const over = (column: number) => (canvas: Canvas) => {
      canvas.text(0, 0, '日本', 'item');
      canvas.text(0, column, 'x', 'item');
    };
    assert.equal(texts(over(0)), 'x 本');
    assert.equal(texts(over(1)), ' x本');
    assert.equal(texts(over(2)), '日x ');
  });

  it('draws boxes of signs that every terminal has', () => {
    const frame = drawn(12, 3, (canvas) =>
      drawBox(canvas, { row: 0, column: 0, width: 12, height: 3 }, ASCII, 'A title'),
    );
    assert.deepEqual(textOf(frame), ['+ A title -+', '|          |', '+----------+']);
  });
});

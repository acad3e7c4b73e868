import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MarkError, outsideBlock, withBlock } from '#src/render/marked-block.js';

describe('a marked block', () => {
  it('comes after what is there, and is replaced in its place', () => {
    const once = withBlock('a = 1', ['b = 2']);
    assert.match(once, /^a = 1\n\n# >>> docker-mirror.*\nb = 2\n# <<< docker-mirror\n$/);
    const more = `${once}c = 3\n`;
    const twice = withBlock(more, ['b = 4']);
    assert.equal(twice, more.replace('b = 2', 'b = 4'));
    assert.equal(withBlock(twice, ['b = 4']), twice);
  });

  it('leaves every other byte alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, after) => {
        const made = `${withBlock(text, ['x'])}${after}`;
        const rest = outsideBlock(made);
        assert.ok(rest.startsWith(text) && rest.endsWith(after));
        assert.match(rest.slice(text.length, rest.length - after.length), /^(\r?\n){0,2}$/);
      }),
    );
  });

  it('refuses damaged marks', () => {
    const whole = withBlock('', ['x']);
    const lines = whole.split('\n');
    for (const text of [lines.slice(1).join('\n'), lines.slice(0, 2).join('\n'), `${whole}${whole}`]) {
      assert.throws(() => withBlock(text, ['x']), MarkError);
    }
  });
});

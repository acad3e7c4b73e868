import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { changeImage, ListEditError, removeImage } from '#src/images/edit-list.js';
import { withMadePart } from '#src/images/made-part.js';
import { parseImageList } from '#src/oci/image-list.js';
import type { ImageOptions } from '#src/oci/image-options.js';

const pin = (options: ImageOptions): ImageOptions => ({ ...options, pin: true });
const archive = (options: ImageOptions): ImageOptions => ({ ...options, archive: true });
const same = (options: ImageOptions): ImageOptions => options;
const range = (text: string) => (options: ImageOptions) => ({
  ...options,
  tags: { kind: 'range' as const, range: text, newest: undefined },
});

describe('changing a list of images', () => {
  it('changes the line of the image, and keeps how it is written, its options and its comment', () => {
    const text = '# ours\r\n\t docker.io/redis:7   archive\t # the cache\r\nnginx';
    const { text: edited, changes } = changeImage(text, 'redis:7', pin);
    assert.equal(edited, '# ours\r\n\t docker.io/redis:7 pin archive\t # the cache\r\nnginx');
    assert.deepEqual(changes, [
      { line: 2, before: 'docker.io/redis:7 archive', after: 'docker.io/redis:7 pin archive' },
    ]);
    assert.equal(changeImage(edited, 'library/redis:7', pin).text, edited, 'it is so already');
    assert.equal(changeImage(text, 'nginx:latest', pin).text, text.replace('nginx', 'nginx pin'));
  });

  it('keeps the spaces between options that do not change', () => {
    const text = 'redis:7    pin   archive # x\n';
    assert.equal(changeImage(text, 'redis:7', same).text, text);
  });

  it('adds a line of its own for an image of the settings, before their part', () => {
    const made = withMadePart('nginx\n', ['redis:7']).text;
    const { text, changes } = changeImage(made, 'redis:7', pin);
    assert.equal(text, withMadePart('nginx\nredis:7 pin\n', ['redis:7']).text);
    assert.deepEqual(changes, [{ line: 2, before: undefined, after: 'redis:7 pin' }]);
  });

  it('has a choice of tags in a line of its own, and one choice for another', () => {
    const { text } = changeImage('redis\n', 'redis', range('^7'));
    assert.equal(text, 'redis\nredis tags=^7\n');
    assert.equal(changeImage(text, 'redis', range('^8')).text, 'redis\nredis tags=^8\n');
    assert.equal(changeImage(text, 'redis', archive).text, 'redis archive\nredis tags=^7\n');
    const two = `${text}redis tags=^6\n`;
    assert.throws(() => changeImage(two, 'redis', range('^8')), /named in several lines: 2, 3/);
    assert.equal(
      changeImage(two, 'redis', (options) => archive(range('^6')(options))).text,
      `${text}redis tags=^6 archive\n`,
    );
  });

  it('refuses what does not fit, and a line that is wrong already', () => {
    assert.throws(() => changeImage('', 'redis:7', range('^7')), ListEditError);
    assert.throws(
      () => changeImage('a\nredis:7 pinn\n', 'redis:7', pin),
      /line 2, which names redis:7, is wrong/,
    );
    assert.throws(() => changeImage('', 'Redis', pin));
  });

  it('takes out every line of an image, also one that is wrong, and no comment', () => {
    const text = '# a\nredis:7 pinn # x\nnginx\ndocker.io/library/redis:7\n# b\n';
    const { text: edited, changes } = removeImage(text, 'redis:7');
    assert.equal(edited, '# a\nnginx\n# b\n');
    assert.deepEqual(
      changes.map(({ line, before }) => [line, before]),
      [
        [2, 'redis:7 pinn'],
        [4, 'docker.io/library/redis:7'],
      ],
    );
    const made = withMadePart('nginx\n', ['redis:7']).text;
    assert.deepEqual(removeImage(made, 'redis:7'), { text: made, changes: [] });
  });

  it('touches no other line, whatever the list', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, '')),
      fc.constantFrom('redis:7', 'redis:7 archive # x', 'nginx pin', '# note', ''),
    );
    const newline = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(fc.array(line), newline, fc.boolean(), (lines, end, isMade) => {
        fc.pre(lines.filter((each) => /^\s*redis:7(\s|$)/.test(each)).length < 2);
        const own = lines.join(end);
        const text = isMade ? withMadePart(own, ['mysql:8']).text : own;
        const { text: edited, changes } = changeImage(text, 'redis:7', pin);
        assert.equal(changes.length, 1);
        const [change] = changes;
        const now = parseImageList(edited).images.find(({ line: number }) => number === change?.line);
        assert.equal(now?.written, 'redis:7');
        assert.equal(now?.options.pin, true);
        const others = (whole: string) =>
          whole.split(/\r\n|\n|\r/).filter((each) => each !== '' && !/^\s*redis:7(\s|$)/.test(each));
        assert.deepEqual(others(edited), others(text));
        assert.equal(removeImage(edited, 'redis:7').changes.length, 1);
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { withMadePart } from '#src/images/made-part.js';
import { parseImageList } from '#src/oci/image-list.js';
import { markOf } from '#src/oci/list-marks.js';

const NAMES = ['redis:7', 'quay.io/minio/minio:latest'];

function made(text: string, names: readonly string[] = NAMES): string {
  return withMadePart(text, names).text;
}

/** The images with whether they are of the settings. */
function images(text: string): readonly (readonly [string, boolean])[] {
  return parseImageList(text).images.map(({ written, isMade }) => [written, isMade]);
}

/** The lines that are neither marks nor between them. */
function own(text: string): string[] {
  const inside = { value: false };
  return text.split('\n').filter((line) => {
    const mark = markOf(line);
    if (mark !== undefined) inside.value = mark.kind === 'begin';
    return mark === undefined && !inside.value;
  });
}

describe('the part of a list that is made from the settings', () => {
  it('stands at the end, so that the numbers of lines stay', () => {
    const text = made('# ours\n\nnginx pin\n');
    assert.ok(text.startsWith('# ours\n\nnginx pin\n# >>> docker-mirror'));
    assert.deepEqual(images(text), [
      ['nginx', false],
      ['redis:7', true],
      ['quay.io/minio/minio:latest', true],
    ]);
    assert.deepEqual(images(made('')), images(made('nginx')).slice(1));
  });

  it('is replaced where it stands, and goes when the settings name nothing', () => {
    const text = `${made('nginx\n')}behind:1\n`;
    const changed = made(text, ['postgres:16']);
    assert.deepEqual(images(changed), [
      ['nginx', false],
      ['postgres:16', true],
      ['behind:1', false],
    ]);
    assert.equal(made(changed, []), 'nginx\nbehind:1\n');
    assert.equal(made(made(text)), text);
    assert.equal(made('', []), '');
  });

  it('takes the line ends of the list', () => {
    assert.ok(!/[^\r]\n/.test(made('nginx\r\n')));
    const text = made('nginx\n').replaceAll('\n', '\r\n');
    assert.equal(made(text), text);
    assert.equal(withMadePart(text, ['a:1']).repaired, undefined);
  });

  it('loses no line that somebody wrote into it, and says so', () => {
    const text = made('nginx\n').replace('redis:7\n', 'redis:7\nredis:7 pin\n# why\nmine:1\n');
    const { text: next, repaired } = withMadePart(text, ['redis:7', 'postgres:16']);
    assert.match(repaired ?? '', /^lines 2 to 8, .* were changed/);
    assert.deepEqual(own(next), [
      'nginx',
      'redis:7 pin',
      '# why',
      'mine:1',
      'quay.io/minio/minio:latest',
      '',
    ]);
    assert.deepEqual(images(next).slice(-2), [
      ['redis:7', true],
      ['postgres:16', true],
    ]);
    assert.deepEqual(withMadePart(next, ['redis:7', 'postgres:16']), { text: next, repaired: undefined });
  });

  it('survives marks that are missing, doubled or in the wrong order', () => {
    const [begin = '', first = '', second = '', end = ''] = made('').split('\n');
    const block = [begin, first, second, end];
    for (const lines of [
      ['nginx', begin, 'a:1', 'b:1'],
      ['nginx', end, 'a:1', 'b:1'],
      ['nginx', end, 'a:1', begin, 'b:1'],
      ['nginx', begin, begin, 'a:1', end, end, 'b:1'],
      ['nginx', ...block, 'a:1', ...block, 'b:1'],
      ['nginx', begin, 'a:1', ...block, 'b:1'],
      ['nginx', begin, 'a:1', 'b:1', end],
    ]) {
      const { text, repaired } = withMadePart(lines.join('\n'), NAMES);
      assert.ok(repaired !== undefined, lines.join('|'));
      assert.deepEqual(
        images(text)
          .filter(([, isMade]) => !isMade)
          .map(([name]) => name),
        ['nginx', 'a:1', 'b:1'],
      );
      assert.deepEqual(
        images(text)
          .filter(([, isMade]) => isMade)
          .map(([name]) => name),
        NAMES,
      );
      assert.deepEqual(withMadePart(text, NAMES), { text, repaired: undefined });
    }
  });

  it('leaves every byte around it as it is, whatever the list and the settings', () => {
    const names = fc.uniqueArray(fc.constantFrom('a:1', 'ghcr.io/b/c:2', 'd', 'e/f@x'));
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('nginx # x', '', ' ', '# <<<', 'a:1'),
    );
    const list = fc
      .tuple(fc.array(line), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean())
      .map(([lines, newline, open]) => lines.join(newline) + (open ? '' : newline));
    fc.assert(
      fc.property(list, list, names, names, (before, behind, some, others) => {
        const whole = made(before, some);
        // The two would make one line's end.
        fc.pre(!(whole.endsWith('\r') && behind.startsWith('\n')));
        assert.ok(whole.startsWith(before));
        const without = made(whole + behind, []);
        assert.ok(without.startsWith(before) && without.endsWith(behind));
        assert.ok(
          without.length - before.length - behind.length <= 2,
          'at most the end of the last line is new',
        );
        if (some.length === 0) return assert.equal(whole, before);
        if (others.length === 0) return;
        const changed = made(whole + behind, others);
        assert.ok(changed.startsWith(before) && changed.endsWith(behind));
        assert.equal(made(changed, some), whole + behind);
      }),
    );
  });

  it('loses no line of the user, whatever became of the marks', () => {
    const [begin = '', , , end = ''] = made('').split('\n');
    const line = fc.constantFrom(begin, end, '# <<< docker-mirror', 'redis:7', 'mine:1', '# note', '');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n');
        const { text: next } = withMadePart(text, ['postgres:16', 'redis:7']);
        const count = (list: readonly string[], what: string) => list.filter((each) => each === what).length;
        for (const what of ['mine:1', '# note'])
          assert.equal(count(next.split('\n'), what), count(lines, what));
        assert.deepEqual(withMadePart(next, ['postgres:16', 'redis:7']), { text: next, repaired: undefined });
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextLink } from '#src/upstream/link.js';

describe('nextLink', () => {
  for (const [header, target] of [
    ['</v2/a/tags/list?n=2&last=b>; rel="next"', '/v2/a/tags/list?n=2&last=b'],
    ['<https://x/y?last=1.0%2B1>;rel=next', 'https://x/y?last=1.0%2B1'],
    ['</p>; rel="prev", </n>; title="a, b; c"; REL = "last Next"', '/n'],
    ['</a,b;c>; rel=next', '/a,b;c'],
    ['</p>; rel="prev"; rel="next"', undefined],
    ['</p>; title="rel=next"', undefined],
    ['</p>', undefined],
    ['nonsense; rel=next', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    it(`finds ${target} in ${header}`, () => assert.equal(nextLink(header), target));
  }

  it('reads several headers', () => assert.equal(nextLink(['</p>; rel=prev', '</n>; rel=next']), '/n'));

  it('ends quickly on hostile text', () => {
    const began = performance.now();
    nextLink(`<${'a'.repeat(50_000)}`);
    nextLink(`<a>${'; x'.repeat(20_000)}`);
    nextLink(`<a>; rel="${'\\'.repeat(50_000)}`);
    nextLink('<a>;'.repeat(10_000));
    assert.ok(performance.now() - began < 2_000);
  });
});

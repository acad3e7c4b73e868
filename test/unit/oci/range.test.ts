import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseChunkRange, parseRange, type RangeRequest, resolveRange } from '#src/oci/range.js';

describe('parseRange', () => {
  const table: readonly [string, RangeRequest][] = [
    ['bytes=0-', { kind: 'from', start: 0, end: undefined }],
    ['bytes=5-9', { kind: 'from', start: 5, end: 9 }],
    ['bytes=5-5', { kind: 'from', start: 5, end: 5 }],
    ['Bytes= 5-9 ', { kind: 'from', start: 5, end: 9 }],
    ['bytes=-7', { kind: 'suffix', length: 7 }],
    ['bytes=-0', { kind: 'suffix', length: 0 }],
  ];
  for (const [header, expected] of table) {
    it(`reads ${header}`, () => assert.deepEqual(parseRange(header), expected));
  }
  for (const header of [
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=9-5',
    'bytes=0-1,3-4',
    'items=0-1',
    'bytes=a-b',
    'bytes=1.5-2',
    'bytes=--1',
    'bytes=0-9999999999999999',
    'bytes=0x1-0x2',
  ]) {
    it(`ignores ${JSON.stringify(header)}`, () => assert.equal(parseRange(header), undefined));
  }
});

describe('resolveRange', () => {
  it('gives bytes that are in the body and were asked for, and none only when there are none', () => {
    const number = fc.nat(50);
    const header = fc.oneof(
      fc.tuple(number, number).map(([start, more]) => `bytes=${start}-${start + more}`),
      number.map((start) => `bytes=${start}-`),
      number.map((length) => `bytes=-${length}`),
    );
    fc.assert(
      fc.property(header, number, (text, size) => {
        const request = parseRange(text);
        assert.ok(request !== undefined);
        const body = Array.from({ length: size }, (_, position) => position);
        const range = resolveRange(request, size);
        const asked =
          request.kind === 'suffix'
            ? body.slice(Math.max(0, size - request.length))
            : body.slice(request.start, (request.end ?? size) + 1);
        const given = range === undefined ? [] : body.slice(range.start, range.end + 1);
        assert.deepEqual(given, asked);
        if (range === undefined) return;
        assert.ok(0 <= range.start && range.start <= range.end && range.end < size);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('parseChunkRange', () => {
  for (const header of ['0-9', 'bytes 0-9/10', 'bytes=0-9', 'bytes 0-9/*', ' 0-9 ']) {
    it(`reads ${JSON.stringify(header)}`, () =>
      assert.deepEqual(parseChunkRange(header), { start: 0, end: 9 }));
  }
  for (const header of [
    '',
    '9-0',
    '-9',
    '0-',
    'bytes */10',
    '0-9/x',
    'a-b',
    '0-9, 11-12',
    '0-1234567890123456',
  ]) {
    it(`makes nothing of ${JSON.stringify(header)}`, () => assert.equal(parseChunkRange(header), undefined));
  }
});

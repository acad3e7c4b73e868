import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decompress, packingOf } from '#src/images/decompress.js';

const SIGNAL = new AbortController().signal;

describe('decompress', () => {
  async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
    yield bytes;
  }

  it('passes on what is not compressed', async () => {
    const pieces: Buffer[] = [];
    for await (const piece of decompress(Buffer.from('plain'), chunks(Buffer.from('plain')), SIGNAL))
      pieces.push(piece);
    assert.equal(Buffer.concat(pieces).toString(), 'plain');
  });

  it('tells compressions by their first bytes', () => {
    assert.equal(packingOf(Buffer.from('1f8b0800', 'hex')), 'gzip');
    assert.equal(packingOf(Buffer.from('28b52ffd', 'hex')), 'zstd');
    assert.equal(packingOf(Buffer.from('425a6839', 'hex')), 'bzip2');
    assert.equal(packingOf(Buffer.from('ustar')), undefined);
    assert.equal(packingOf(Buffer.alloc(0)), undefined);
  });
});

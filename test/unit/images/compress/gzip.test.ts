import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createCompressor } from '#src/images/compressor.js';
import { randomBytesOf } from '../../../parts/layers.js';

const SIGNAL = new AbortController().signal;

async function gzip(chunks: readonly (readonly [chunk: Buffer, packed: boolean])[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const compressor = await createCompressor(
    'gzip',
    async (piece) => void pieces.push(Buffer.from(piece)),
    SIGNAL,
  );
  for (const [chunk, packed] of chunks) await compressor.write(chunk, packed);
  await compressor.end();
  return Buffer.concat(pieces);
}

describe('gzip of an archive', () => {
  it('unpacks to what was written, whatever was only wrapped', async () => {
    const text = Buffer.alloc(300_000, 'some text ');
    const noise = randomBytesOf('noise', 1_500_000);
    const chunks = [
      [text, false],
      [noise, true],
      [Buffer.alloc(0), false],
      [text, false],
      [noise, true],
    ] as const;
    const packed = await gzip(chunks);
    assert.ok(gunzipSync(packed).equals(Buffer.concat([text, noise, text, noise])));
    assert.ok(packed.length < 2 * noise.length + 20_000, String(packed.length));
    assert.ok(packed.equals(await gzip(chunks)), 'the same bytes again');
  });

  it('has neither time nor name nor system in its header', async () => {
    const packed = await gzip([[Buffer.from('x'), false]]);
    assert.equal(packed.toString('hex', 0, 10), '1f8b08000000000000ff');
  });

  it('ends with the error of where it goes', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    let count = 0;
    const compressor = await createCompressor(
      'gzip',
      async () => {
        count += 1;
        if (count > 1) throw full;
      },
      SIGNAL,
    );
    const noise = randomBytesOf('noise', 2_000_000);
    await assert.rejects(
      (async () => {
        for (let i = 0; i < 20; i += 1) await compressor.write(noise, true);
        await compressor.end();
      })(),
      full,
    );
    compressor.destroy();
  });
});

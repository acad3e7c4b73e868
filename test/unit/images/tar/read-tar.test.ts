import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readTar } from '#src/images/tar/read-tar.js';
import { END, padding, tarHeader } from '#src/images/tar/write-header.js';
import { type OddMember, oddTar } from '../../../parts/odd-tar.js';

interface Read {
  readonly path: string;
  readonly link: string | undefined;
  readonly content: string;
}

async function read(archive: Buffer, chunk = archive.length): Promise<Read[]> {
  const members: Read[] = [];
  for await (const { path, link, content } of readTar(chunksOf(archive, chunk))) {
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(Buffer.from(piece));
    members.push({ path, link, content: Buffer.concat(pieces).toString('latin1') });
  }
  return members;
}

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

function written(path: string, content: Buffer): Buffer {
  return Buffer.concat([tarHeader(path, content.length), content, padding(content.length)]);
}

async function refusal(members: readonly OddMember[]): Promise<string> {
  let message = '';
  await assert.rejects(read(oddTar(members)), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'ARCHIVE_REFUSED');
    message = error.message;
    return true;
  });
  return message;
}

describe('readTar', () => {
  it('reads what the writer writes, in chunks of any size, long names and all', async () => {
    const part = fc.stringMatching(/^[a-zé0-9_][a-zé0-9._-]{0,80}$/);
    const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    const member = fc.record({
      path,
      content: fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes)),
    });
    const members = fc.uniqueArray(member, { selector: ({ path }) => path, maxLength: 5, minLength: 1 });
    await fc.assert(
      fc.asyncProperty(members, fc.integer({ min: 1, max: 3000 }), async (all, chunk) => {
        const archive = Buffer.concat([...all.map(({ path, content }) => written(path, content)), END]);
        const expected = all.map(({ path, content }) => ({
          path,
          link: undefined,
          content: content.toString('latin1'),
        }));
        assert.deepEqual(await read(archive, chunk), expected);
      }),
      { numRuns: 60 },
    );
  });

  it('passes over what is not read, also when reading stopped in the middle', async () => {
    const archive = oddTar([
      { path: 'a', content: Buffer.alloc(2000, 'a') },
      { path: 'b', content: Buffer.from('b') },
    ]);
    const paths: string[] = [];
    for await (const { path, content } of readTar(chunksOf(archive, 700))) {
      for await (const _ of content) break;
      paths.push(path);
    }
    assert.deepEqual(paths, ['a', 'b']);
  });

  it('reads old long names, and links, from where they are', async () => {
    const long = `${'d/'.repeat(80)}file`;
    const members = await read(
      oddTar([
        { path: '././@LongLink', type: 'L', content: Buffer.from(`${long}\0`) },
        { path: 'cut', content: Buffer.from('x') },
        { path: './a/link', type: '2', linkTo: '../b/file' },
        { path: 'a/hard', type: '1', linkTo: 'b/file' },
        { path: 'b/', type: '5' },
      ]),
    );
    assert.deepEqual(members, [
      { path: long, link: undefined, content: 'x' },
      { path: 'a/link', link: 'b/file', content: '' },
      { path: 'a/hard', link: 'b/file', content: '' },
    ]);
  });

  it('refuses what leads out, and names it', async () => {
    for (const path of ['../x', '/etc/passwd', 'a/../../x', 'a/../b', 'a\\..\\b']) {
      assert.ok((await refusal([{ path }])).includes(JSON.stringify(path)), path);
    }
    assert.match(await refusal([{ path: 'l', type: '2', linkTo: '../x' }]), /the link "l" leads out/);
    assert.match(await refusal([{ path: 'l', type: '1', linkTo: '/etc/shadow' }]), /the link "l" leads out/);
    assert.match(await refusal([{ path: '.' }]), /no name/);
  });

  it('refuses devices, sparse files, and one path twice', async () => {
    for (const type of ['3', '4', '6', 'S', 'V', '\u0001']) {
      assert.match(await refusal([{ path: 'odd', type }]), /"odd" is neither a file nor a folder nor a link/);
    }
    const sparse = Buffer.from('22 GNU.sparse.major=1\n');
    assert.match(await refusal([{ path: 'pax', type: 'x', content: sparse }, { path: 'f' }]), /sparse/);
    assert.match(await refusal([{ path: 'f' }, { path: './f' }]), /"f" is in it twice/);
  });

  it('refuses headers that would fill the memory, or are malformed', async () => {
    for (const type of ['x', 'g', 'L', 'K']) {
      assert.match(
        await refusal([{ path: 'big', type, size: 0o77777777777 }]),
        /a header of it has 8589934591 bytes/,
      );
    }
    for (const record of [
      'nonsense',
      '999999 path=x\n',
      '0 path=x\n',
      '12 path=x',
      '-1 path=x\n',
      '11 size=-1\n',
    ]) {
      const message = await refusal([
        { path: 'pax', type: 'x', content: Buffer.from(record) },
        { path: 'f' },
      ]);
      assert.match(message, /malformed|a size/, record);
    }
  });

  it('says where it was cut off', async () => {
    const archive = oddTar([{ path: 'some/file', content: Buffer.alloc(5000, 'x') }]);
    await assert.rejects(read(archive.subarray(0, 2000)), { message: 'it was cut off in "some/file"' });
    await assert.rejects(read(archive.subarray(0, 100)), { message: /no tar archive, or it was cut off/ });
    await assert.rejects(read(Buffer.alloc(5000, 'text ')), { message: /no tar archive/ });
  });

  it('ends with a result or a refusal, whichever bytes are flipped', async () => {
    const archive = oddTar([
      { path: 'pax', type: 'x', content: Buffer.from('15 path=longer\n') },
      { path: 'a/file', content: Buffer.from('some content') },
      { path: 'link', type: '2', linkTo: 'a/file' },
    ]);
    const flip = fc.tuple(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 4 }), async (flips) => {
        const copy = Buffer.from(archive);
        for (const [position, bits] of flips) copy[position] = (copy[position] ?? 0) ^ bits;
        await read(copy, 512).catch((error: { code?: string }) =>
          assert.equal(error.code, 'ARCHIVE_REFUSED'),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('tarHeader', () => {
  it('tells sizes that do not fit into eleven digits', () => {
    const size = 10 * 1024 ** 3;
    const header = tarHeader('large', size);
    assert.equal(header.length, 3 * 512);
    assert.ok(header.toString('latin1').includes(`20 size=${size}\n`));
  });
});

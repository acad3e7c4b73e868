import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { hexOf } from '#src/oci/digest.js';
import { blobsOf, type Image, smallImage } from '../../parts/images.js';
import { auditStore } from '../../parts/store-audit.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';

const V2 = 'docker/registry/v2';

describe('the audit of a store', () => {
  const image = smallImage('audited', { size: 1_000 });
  let folder: TempFolder;

  beforeEach(async () => {
    folder = await tempFolder();
    await writeImage(image);
  });
  afterEach(() => folder.close());

  it('finds nothing wrong with a store that is whole', async () => {
    assert.deepEqual(await auditStore(folder.path), { problems: [], blobs: 4, tags: 1 });
  });

  it('finds nothing wrong with a store that is not there', async () => {
    assert.deepEqual(await auditStore(folder.file('absent')), { problems: [], blobs: 0, tags: 0 });
  });

  it('finds bytes that are not what their name says', async () => {
    await write(blobPath(image.config.digest), 'rotten');
    await assertProblem(/has bytes whose hash is/);
  });

  it('finds a layer, a revision and a tag that lead nowhere', async () => {
    await rm(folder.file(blobPath(image.manifest.digest)));
    await assertProblem(/revision sha256:\w+ has no blob/);
    await writeImage(image);
    await rm(folder.file(blobPath(image.config.digest)));
    await assertProblem(/layer sha256:\w+ has no blob/);
    await writeImage(image);
    await write(`${V2}/repositories/a/b/_manifests/tags/1/current/link`, image.config.digest);
    await assertProblem(/the tag 1 leads to/);
    await rm(folder.file(`${V2}/repositories/a/b/_manifests/tags/1/current`), { recursive: true });
    await assertProblem(/the tag 1 has no current link/);
  });

  it('finds a link that says something else than its name', async () => {
    const { manifest, config } = image;
    const link = `_manifests/revisions/sha256/${hexOf(manifest.digest)}/link`;
    await write(`${V2}/repositories/a/b/${link}`, config.digest);
    await assertProblem(/the link of revision/);
  });

  async function assertProblem(expected: RegExp): Promise<void> {
    const { problems } = await auditStore(folder.path);
    assert.equal(problems.length, 1, problems.join('; '));
    assert.match(problems[0] ?? '', expected);
  }

  async function writeImage({ manifest, ...rest }: Image): Promise<void> {
    const repository = `${V2}/repositories/a/b`;
    const blobs = blobsOf({ manifest, ...rest });
    for (const { digest, bytes } of [...blobs, manifest]) await write(blobPath(digest), bytes);
    for (const { digest } of blobs) {
      await write(`${repository}/_layers/sha256/${hexOf(digest)}/link`, digest);
    }
    await write(`${repository}/_manifests/revisions/sha256/${hexOf(manifest.digest)}/link`, manifest.digest);
    await write(`${repository}/_manifests/tags/1/current/link`, manifest.digest);
  }

  async function write(path: string, content: string | Buffer): Promise<void> {
    await mkdir(dirname(folder.file(path)), { recursive: true });
    await writeFile(folder.file(path), content);
  }
});

function blobPath(digest: Image['config']['digest']): string {
  const hex = hexOf(digest);
  return `${V2}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
}

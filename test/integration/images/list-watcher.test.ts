import assert from 'node:assert/strict';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { jsonLogger } from '#src/host/log.js';
import { type WatchedList, watchList } from '#src/images/list-watcher.js';
import { withMadePart } from '#src/images/made-part.js';
import { OciError } from '#src/oci/error-code.js';
import { waitFor } from '../../parts/wait.js';
import { inFolder } from '../host/folder.js';

type Line = Readonly<Record<string, unknown>>;

/** Opens the list `images.txt` of a folder of its own, with these lines if any, and looks at it all the time. */
async function following(
  lines: string | undefined,
  work: (world: { file: string; list: WatchedList; log: Line[] }) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const file = join(folder, 'images.txt');
    if (lines !== undefined) await writeFile(file, lines);
    const log: Line[] = [];
    const write = (line: string) => void log.push(JSON.parse(line) as Line);
    const logger = jsonLogger({ level: 'info', fields: {} }, { write });
    const list = await watchList(file, logger, { lookEvery: 5 });
    try {
      await work({ file, list, log });
    } finally {
      list.close();
    }
  });
}

function until(what: string, condition: () => boolean): Promise<boolean> {
  return waitFor(condition, { what });
}

describe('the list of images', () => {
  it('may not be configured at all', async () => {
    const write = () => assert.fail('nothing is to be said');
    const list = await watchList(undefined, jsonLogger({ level: 'info', fields: {} }, { write }));
    assert.equal(list.alias('minio'), undefined);
    list.close();
  });

  it('may be missing, appear, change, be replaced and go again', () =>
    following(undefined, async ({ file, list, log }) => {
      assert.equal(list.alias('minio/minio'), undefined);
      await writeFile(file, 'quay.io/minio/minio:latest\n');
      await until('the new list is in force', () => list.alias('minio/minio') !== undefined);
      assert.deepEqual(list.alias('minio/minio'), { host: 'quay.io', repository: 'minio/minio' });
      await writeFile(file, 'ghcr.io/minio/minio\ngrafana/grafana\n');
      await until('the changed list is in force', () => list.alias('grafana') !== undefined);
      assert.deepEqual(list.alias('minio/minio'), { host: 'ghcr.io', repository: 'minio/minio' });
      assert.deepEqual(list.alias('grafana'), { host: 'docker.io', repository: 'grafana/grafana' });
      await writeFile(`${file}.new`, 'prom/prometheus\n');
      await rename(`${file}.new`, file);
      await until('the new file is in force', () => list.alias('prometheus') !== undefined);
      assert.equal(list.alias('grafana'), undefined);
      await rm(file);
      await until('the list is empty', () => list.alias('prometheus') === undefined);
      assert.deepEqual(log, [], 'a list that is not there is no error');
    }));

  it('says which tags are pinned, as long as it does', () =>
    following('redis:7 pin\n', async ({ file, list }) => {
      assert.equal(list.pin('docker.io', 'library/redis', '7'), true);
      await writeFile(file, 'redis:8 pin\n');
      await until('the new list is in force', () => list.pin('docker.io', 'library/redis', '8') === true);
      assert.equal(list.pin('docker.io', 'library/redis', '7'), false);
    }));

  it('warns of a short name that two images of the settings share', () =>
    following(withMadePart('', ['one/app', 'two/app']).text, async ({ list, log }) => {
      assert.match(String((list.alias('app') as OciError).hint), /^change the settings, or ask for it/);
      assert.deepEqual(
        log.map(({ level }) => level),
        ['warn'],
      );
    }));

  it('logs lines that name no image, with their numbers, and uses the others', () =>
    following('# ours\nteam/UPPER\nquay.io/minio/minio\n\nno spaces here\n', async ({ file, list, log }) => {
      assert.deepEqual(list.alias('minio/minio'), { host: 'quay.io', repository: 'minio/minio' });
      assert.deepEqual(
        log.map(({ level, file: named, line }) => ({ level, named, line })),
        [
          { level: 'error', named: file, line: 2 },
          { level: 'error', named: file, line: 5 },
        ],
      );
      for (const { msg } of log) assert.match(String(msg), /^list of images: ./);
    }));

  it('answers for a name that two images share with an error that names both lines', () =>
    following('one/app\n# between\ntwo/app\nquay.io/x/y\n', async ({ file, list, log }) => {
      const found = list.alias('app');
      assert.ok(found instanceof OciError);
      assert.equal(found.code, 'NAME_UNKNOWN');
      assert.match(found.message, /"one\/app" \(line 1\) and "two\/app" \(line 3\).*"app"/);
      assert.ok(found.hint?.includes(file));
      assert.deepEqual(list.alias('x/y'), { host: 'quay.io', repository: 'x/y' });
      assert.deepEqual(
        log.map(({ msg }) => msg),
        [found.message],
      );
      await writeFile(file, 'two/app\n');
      await until('one of them is gone', () => !(list.alias('app') instanceof OciError));
      assert.deepEqual(list.alias('app'), { host: 'docker.io', repository: 'two/app' });
    }));

  it('stays as it was while the file cannot be read, and says so once', () =>
    following('prom/prometheus\n', async ({ file, list, log }) => {
      // A link to itself, put in the file's place in one step, so that the list is never missing.
      await symlink(file, `${file}.circle`);
      await rename(`${file}.circle`, file);
      await until('it was noticed', () => log.length > 0);
      assert.equal(log[0]?.['msg'], 'the list of images cannot be read');
      assert.equal(log[0]?.['file'], file);
      assert.deepEqual(list.alias('prometheus'), { host: 'docker.io', repository: 'prom/prometheus' });
      await writeFile(`${file}.new`, 'grafana/grafana\n');
      await rename(`${file}.new`, file);
      await until('the list is good again', () => list.alias('grafana') !== undefined);
      assert.equal(log.length, 1);
    }));

  it('is followed no more once it is closed', () =>
    following('prom/prometheus\n', async ({ file, list }) => {
      list.close();
      await writeFile(file, 'grafana/grafana\n');
      const other = await watchList(file, jsonLogger({ level: 'info', fields: {} }, { write: assert.fail }), {
        lookEvery: 5,
      });
      await rm(file);
      await until('a list that is followed has noticed', () => other.alias('grafana') === undefined);
      other.close();
      assert.deepEqual(list.alias('prometheus'), { host: 'docker.io', repository: 'prom/prometheus' });
    }));
});

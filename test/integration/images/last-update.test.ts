import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { identify } from '#src/host/process-identity.js';
import { type LastUpdate, readLastUpdate, writeLastUpdate } from '#src/images/last-update.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';

let folder: TempFolder;
let file: string;
beforeEach(async () => {
  folder = await tempFolder('dm-update');
  file = folder.file('update.json');
});
afterEach(() => folder.close());

async function recordOf(pid: number): Promise<LastUpdate> {
  const identity = await identify(pid);
  assert.ok(identity !== undefined);
  return {
    version: 1,
    process: identity,
    started: '2026-01-01T02:00:00.000Z',
    finished: null,
    result: 'running',
    problem: null,
    log: '/mirror/docker/logs/update-20260101-020000.log',
    images: [{ image: 'redis:7', state: 'waiting', digest: null, bytes: 0, blobs: 0, problem: null }],
  };
}

describe('the record of the last update', () => {
  it('is what was written, and nothing before the first one', async () => {
    assert.equal(await readLastUpdate(file), undefined);
    const record = await recordOf(process.pid);
    await writeLastUpdate(file, record);
    assert.deepEqual(await readLastUpdate(file), record);
    const done: LastUpdate = { ...record, finished: '2026-01-01T02:01:00.000Z', result: 'done' };
    await writeLastUpdate(file, done);
    assert.deepEqual(await readLastUpdate(file), done);
    assert.deepEqual(await readdir(folder.path), ['update.json']);
  });

  it('says interrupted when the process was killed before it said how it ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 60000)']);
    try {
      await once(child, 'spawn');
      await writeLastUpdate(file, await recordOf(child.pid ?? 0));
      assert.equal((await readLastUpdate(file))?.result, 'running');
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'exit');
    const read = await readLastUpdate(file);
    assert.deepEqual([read?.result, read?.finished], ['interrupted', null]);
  });

  it('is refused, with the remedy, when it holds something else', async () => {
    const good = JSON.stringify(await recordOf(process.pid));
    const bad = [
      '',
      '{',
      'null',
      '[]',
      '{"version":1}',
      good.replace('"version":1', '"version":2'),
      good.slice(0, -2),
    ];
    for (const text of [
      ...bad,
      good.replace('"running"', '"asleep"'),
      good.replace('2026-01-01T02', 'yesterday'),
    ]) {
      await writeFile(file, text);
      await assert.rejects(readLastUpdate(file), {
        code: 'UPDATE_RECORD_INVALID',
        hint: /docker-mirror update/,
      });
    }
  });
});

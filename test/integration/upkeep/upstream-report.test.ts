import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { jsonLogger } from '#src/host/log.js';
import { readUpstreamReport, startUpstreamReport } from '#src/upkeep/upstream-report.js';
import type { UpstreamStatus } from '#src/upstream/port.js';
import { tempFolder } from '../../parts/temp.js';
import { waitFor } from '../../parts/wait.js';

describe('the report about the upstreams', () => {
  it('is written when something has changed, and read of the same process only', async () => {
    await using folder = await tempFolder('dm-report');
    const file = folder.file('upstreams.json');
    let status: UpstreamStatus = {
      host: 'docker.io',
      circuit: 'closed',
      rateLimit: undefined,
      lastError: undefined,
    };
    const log: string[] = [];
    const logger = jsonLogger(
      { level: 'info', fields: {} },
      { write: (line: string) => void log.push(line) },
    );
    const stop = startUpstreamReport({
      file,
      upstreams: [{ status: () => status }],
      logger,
      pid: 7,
      every: 5,
    });
    try {
      const first = await waitFor(() => readUpstreamReport(file, 7), { what: 'the first report is there' });
      assert.deepEqual(first.upstreams, [{ host: 'docker.io', circuit: 'closed' }]);
      assert.equal(await readUpstreamReport(file, 8), undefined);
      status = {
        ...status,
        circuit: 'open',
        lastError: { code: 'UPSTREAM_FAILED', message: 'http://user:secret@proxy failed', at: 1 },
      };
      const second = await waitFor(
        async () => {
          const report = await readUpstreamReport(file, 7);
          return report?.upstreams[0]?.circuit === 'open' ? report : undefined;
        },
        { what: 'the change is reported' },
      );
      assert.doesNotMatch(JSON.stringify(second), /secret/);
      await writeFile(file, '{"version":1');
      assert.equal(await readUpstreamReport(file, 7), undefined);
      assert.deepEqual(log, []);
    } finally {
      await stop();
    }
    assert.deepEqual(await readdir(folder.path), ['upstreams.json']);
  });

  it('that cannot be written is said once, and written when it can be again', async () => {
    await using folder = await tempFolder('dm-report');
    const file = folder.file('run', 'upstreams.json');
    const log: string[] = [];
    const logger = jsonLogger(
      { level: 'info', fields: {} },
      { write: (line: string) => void log.push(line) },
    );
    const status: UpstreamStatus = {
      host: 'a',
      circuit: 'closed',
      rateLimit: undefined,
      lastError: undefined,
    };
    let looks = 0;
    const upstreams = [
      {
        status: () => {
          looks += 1;
          return status;
        },
      },
    ];
    const stop = startUpstreamReport({ file, upstreams, logger, pid: 7, every: 5 });
    try {
      await waitFor(() => looks > 5, { what: 'it was tried again' });
      assert.equal(log.length, 1);
      assert.match(log[0] ?? '', /cannot be written/);
      await mkdir(folder.file('run'));
      await waitFor(() => readUpstreamReport(file, 7), { what: 'it is written' });
      await rm(folder.file('run'), { recursive: true });
    } finally {
      await stop();
    }
  });
});

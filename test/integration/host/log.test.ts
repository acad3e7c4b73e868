import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inFolder } from './folder.js';

const LOG_MODULE = new URL('../../../../dist/host/log.js', import.meta.url).href;

/** Runs code that has a `log`, with its standard output going to a file. */
async function logging(
  path: string,
  code: string,
  options: { formatter?: string; env?: Record<string, string> } = {},
): Promise<{ status: number | null; text: string }> {
  const settings = { level: 'info', formatter: options.formatter ?? 'auto', fields: { service: 'mirror' } };
  const script = `import { createLog } from ${JSON.stringify(LOG_MODULE)};
    const log = createLog(${JSON.stringify(settings)}, { env: process.env, flushEvery: 60_000 });
    ${code}`;
  const fd = openSync(path, 'a');
  try {
    const args = ['--input-type=module', '-e', script];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', fd, 'ignore'],
      env: { ...process.env, ...options.env },
    });
    const [status] = (await once(child, 'exit')) as [number | null];
    return { status, text: await readFile(path, 'utf8') };
  } finally {
    closeSync(fd);
  }
}

describe('the log', () => {
  it('is JSON lines with level, time and fields, without secrets', () =>
    inFolder(async (folder) => {
      const { text } = await logging(
        join(folder, 'a'),
        `log.logger.info({ repository: 'library/alpine', headers: { Authorization: 'Bearer s3cret' } }, 'done');
         log.logger.child({ token: 's3cret' }).error({ err: Object.assign(new Error('x'), { password: 's3cret' }) }, 'bad');
         log.logger.debug('not shown');`,
      );
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.equal(lines.length, 2);
      assert.equal(lines[0]?.['level'], 'info');
      assert.equal(lines[0]?.['service'], 'mirror');
      assert.equal(lines[0]?.['repository'], 'library/alpine');
      assert.ok(!Number.isNaN(Date.parse(String(lines[0]?.['time']))));
      assert.match(JSON.stringify(lines[1]), /"message":"x"/);
      assert.doesNotMatch(text, /s3cret/);
    }));

  it('is whole when the process exits, crashes, or has more than a buffer to say', () =>
    inFolder(async (folder) => {
      const many = `for (let n = 0; n < 5000; n += 1) log.logger.info({ n }, 'line');`;
      for (const [name, end, status] of [
        ['ends', '', 0],
        ['exits', 'process.exit(3);', 3],
        ['throws', "throw new Error('crash');", 1],
      ] as const) {
        const result = await logging(join(folder, name), many + end);
        assert.equal(result.status, status, name);
        assert.equal(result.text.trim().split('\n').length, 5_000, name);
      }
    }));

  it('is readable as text', () =>
    inFolder(async (folder) => {
      const code = `log.logger.warn({ bytes: 3 }, 'something');`;
      const { text } = await logging(join(folder, 'a'), code, { formatter: 'text' });
      assert.match(text, /^\[\d{4}-.*\] WARN: something \{.*"bytes":3.*\}\n$/);
    }));

  it("has the journal's prefixes when it goes to the journal, and only then", () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a');
      closeSync(openSync(path, 'a'));
      const { dev, ino } = await stat(path);
      const code = `log.logger.info('a'); log.logger.error('b');`;
      const env = { JOURNAL_STREAM: `${dev}:${ino}` };
      const { text } = await logging(path, code, { env });
      assert.match(text, /^<6>\{.*"msg":"a"\}\n<3>\{.*"msg":"b"\}\n$/);
      const other = await logging(join(folder, 'b'), code, { env });
      assert.match(other.text, /^\{/);
    }));

  it('does not keep a process whose reader has gone', async () => {
    const script = `import { createLog } from ${JSON.stringify(LOG_MODULE)};
      const log = createLog({ level: 'info', formatter: 'json', fields: {} });
      process.stdin.on('end', () => { for (let n = 0; n < 9999; n += 1) log.logger.info('x'.repeat(99)); log.flush(); }).resume();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.stdout.destroy();
    child.stdin.end();
    const [status] = (await once(child, 'exit')) as [number | null];
    assert.equal(status, 0);
  });
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { Digest } from '#src/oci/digest.js';
import { MemoryContents } from '#src/store/memory/contents.js';
import { createMemoryStore } from '#src/store/memory.js';
import type { Store } from '#src/store/port.js';
import { purge, startPurging } from '#src/upkeep/purge.js';
import { recordingLogger } from './recording-logger.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 2);
const OPTIONS = { age: 2 * HOUR, interval: HOUR, dryRun: false };

function digestOf(text: string): Digest {
  return `sha256:${createHash('sha256').update(text).digest('hex')}` as Digest;
}

/** Leaves an upload and a partial copy behind, both begun so many hours ago, and gives the upload's id. */
async function leave(contents: MemoryContents, name: string, hours: number): Promise<string> {
  const store = createMemoryStore({ contents, now: () => NOW - hours * HOUR });
  const upload = await store.uploads.create(name);
  await upload.append(Buffer.from('half'));
  await upload.close();
  const partial = await store.blobs.receive(digestOf(name));
  await partial.append(Buffer.from('half'));
  await partial.close();
  return upload.id;
}

describe('purge', () => {
  it('removes what is older than the age, and nothing younger', async () => {
    const contents = new MemoryContents();
    const old = await leave(contents, 'team/old', 3);
    const young = await leave(contents, 'team/young', 1);
    const { logger, lines } = recordingLogger();
    const removed = await purge(createMemoryStore({ contents }), OPTIONS, logger, { now: NOW });
    assert.equal(removed, 2);
    assert.deepEqual([...contents.uploads.keys()], [young]);
    assert.deepEqual([...contents.partials.keys()], [digestOf('team/young')]);
    assert.deepEqual(
      lines.map(({ level, msg, repository, id, digest, dryRun }) => ({
        level,
        msg,
        repository,
        id,
        digest,
        dryRun,
      })),
      [
        {
          level: 'info',
          msg: 'a stale upload is removed',
          repository: 'team/old',
          id: old,
          digest: undefined,
          dryRun: false,
        },
        {
          level: 'info',
          msg: 'a stale partial copy is removed',
          repository: undefined,
          id: undefined,
          digest: digestOf('team/old'),
          dryRun: false,
        },
      ],
    );
  });

  it('with dryRun only counts and says what it would remove', async () => {
    const contents = new MemoryContents();
    await leave(contents, 'team/old', 3);
    const { logger, lines } = recordingLogger();
    const options = { ...OPTIONS, dryRun: true };
    assert.equal(await purge(createMemoryStore({ contents }), options, logger, { now: NOW }), 2);
    assert.deepEqual([contents.uploads.size, contents.partials.size], [1, 1]);
    assert.deepEqual(
      lines.map(({ dryRun }) => dryRun),
      [true, true],
    );
  });

  it('leaves alone what somebody is writing, however old it is', async () => {
    const contents = new MemoryContents();
    const id = await leave(contents, 'team/old', 3);
    const store = createMemoryStore({ contents });
    const upload = await store.uploads.open('team/old', id);
    const partial = await store.blobs.receive(digestOf('team/old'));
    const { logger } = recordingLogger();
    assert.equal(await purge(store, OPTIONS, logger, { now: NOW }), 0);
    await upload?.append(Buffer.from(' and half'));
    assert.equal(upload?.offset, 13);
    await Promise.all([upload?.close(), partial.close()]);
    assert.equal(await purge(store, OPTIONS, logger, { now: NOW }), 2);
  });

  it('logs what it cannot remove, does not count it, and goes on', async () => {
    const contents = new MemoryContents();
    await leave(contents, 'team/old', 3);
    const store = createMemoryStore({ contents });
    const { uploads } = store;
    async function* stale(before: Date) {
      for await (const upload of uploads.stale(before)) {
        yield { ...upload, cancel: () => Promise.reject(new Error('the disk is read-only')) };
      }
    }
    const broken: Store = {
      ...store,
      uploads: { create: (name) => uploads.create(name), open: (name, id) => uploads.open(name, id), stale },
    };
    const { logger, lines } = recordingLogger();
    assert.equal(await purge(broken, OPTIONS, logger, { now: NOW }), 1);
    assert.deepEqual(
      lines.map(({ level }) => level),
      ['error', 'info'],
    );
    assert.match(JSON.stringify(lines[0]), /team\/old.*the disk is read-only/);
    assert.equal(contents.partials.size, 0);
  });

  it('ends early when it is told to', async () => {
    const contents = new MemoryContents();
    await leave(contents, 'team/old', 3);
    const { logger } = recordingLogger();
    const round = { now: NOW, stop: AbortSignal.abort() };
    assert.equal(await purge(createMemoryStore({ contents }), OPTIONS, logger, round), 0);
    assert.equal(contents.uploads.size, 1);
  });
});

describe('startPurging', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: NOW }));
  afterEach(() => mock.timers.reset());

  /** Lets what the timers began run to its end: a store in memory waits for nothing else. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  it('purges a minute after the start, then at the interval, until it is stopped', async () => {
    const contents = new MemoryContents();
    const { logger } = recordingLogger();
    const stop = startPurging(createMemoryStore({ contents }), OPTIONS, logger);
    await leave(contents, 'first', 3);
    mock.timers.tick(59_999);
    await settle();
    assert.equal(contents.uploads.size, 1);
    mock.timers.tick(1);
    await settle();
    assert.equal(contents.uploads.size, 0);
    await leave(contents, 'second', 3);
    mock.timers.tick(HOUR);
    await settle();
    assert.equal(contents.uploads.size, 0);
    await leave(contents, 'third', 3);
    await stop();
    mock.timers.tick(10 * HOUR);
    await settle();
    assert.equal(contents.uploads.size, 1);
  });

  it('goes on after a round that failed, and says so', async () => {
    const contents = new MemoryContents();
    await leave(contents, 'team/old', 3);
    const store = createMemoryStore({ contents });
    const { uploads } = store;
    let failing = true;
    const broken: Store = {
      ...store,
      uploads: {
        create: (name) => uploads.create(name),
        open: (name, id) => uploads.open(name, id),
        stale: (before) => {
          if (failing) throw new Error('the folder cannot be read');
          return uploads.stale(before);
        },
      },
    };
    const { logger, lines } = recordingLogger();
    const stop = startPurging(broken, OPTIONS, logger);
    mock.timers.tick(60_000);
    await settle();
    assert.deepEqual(
      lines.map(({ level, msg }) => ({ level, msg })),
      [{ level: 'error', msg: 'purging failed' }],
    );
    failing = false;
    mock.timers.tick(HOUR);
    await settle();
    assert.equal(contents.uploads.size, 0);
    await stop();
  });

  it('waits at its stop for the round under way', async () => {
    const contents = new MemoryContents();
    await leave(contents, 'team/old', 3);
    const store = createMemoryStore({ contents });
    const { uploads } = store;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* stale(before: Date) {
      for await (const upload of uploads.stale(before)) {
        yield {
          ...upload,
          cancel: async () => {
            await held;
            await upload.cancel();
          },
        };
      }
    }
    const slow: Store = {
      ...store,
      uploads: { create: (name) => uploads.create(name), open: (name, id) => uploads.open(name, id), stale },
    };
    const { logger } = recordingLogger();
    const stop = startPurging(slow, OPTIONS, logger);
    mock.timers.tick(60_000);
    await settle();
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await settle();
    assert.equal(stopped, false);
    release();
    await stopping;
    assert.equal(contents.uploads.size, 0);
    assert.equal(contents.partials.size, 1, 'nothing further was begun');
  });
});

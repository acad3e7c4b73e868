import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { jsonLogger } from '#src/host/log.js';
import { createSelfCheck, NotWellError } from '#src/upkeep/self-check.js';

interface Scene {
  readonly lines: string[];
  /** Looks once, for at most that many milliseconds. */
  look(within?: number): Promise<void>;
}

/** A server that answers with that status, or not at all, and a store that is tried by `probe`. */
async function withServer(
  status: number | undefined,
  probe: () => Promise<void>,
  work: (scene: Scene) => Promise<void>,
): Promise<void> {
  const server = createServer((_, response) => {
    if (status !== undefined) response.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const lines: string[] = [];
  const logger = jsonLogger(
    { level: 'info', fields: {} },
    { write: (line: string) => void lines.push(line) },
  );
  const addresses = [{ host: '127.0.0.1', port }];
  const check = createSelfCheck(
    { store: { probe }, addresses, tls: false, clientCertificate: false },
    logger,
  );
  try {
    await work({ lines, look: (within = 20_000) => check(AbortSignal.timeout(within)) });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const well = async () => undefined;

describe('createSelfCheck', () => {
  it('is content with a mirror that answers, also when it asks for a password', async () => {
    await withServer(200, well, ({ look }) => look());
    await withServer(401, well, ({ look }) => look());
  });

  it('is not with one that answers something else, or nothing', async () => {
    await withServer(500, well, ({ look }) => assert.rejects(look(), NotWellError));
    await withServer(undefined, well, ({ look }) => assert.rejects(look(200), /did not answer in time/));
  });

  it('is not with a store that says nothing', async () => {
    const silent = () => new Promise<void>(() => undefined);
    await withServer(200, silent, ({ look }) => assert.rejects(look(200), /did not answer in time/));
  });

  it('tells once that the store cannot be written, and when it can again: starting again would not help', async () => {
    let full = true;
    const probe = async () => {
      if (full) throw new Error('no space left');
    };
    await withServer(200, probe, async ({ lines, look }) => {
      await look();
      await look();
      full = false;
      await look();
      const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
      assert.deepEqual(messages, ['the store cannot be written', 'the store can be written again']);
    });
  });
});

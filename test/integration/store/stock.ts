import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Where Debian's package `docker-registry` puts stock Distribution. */
export const STOCK = '/usr/bin/docker-registry';

export interface StockRegistry {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}

/** Whether stock Distribution is installed. */
export async function hasStock(): Promise<boolean> {
  return access(STOCK).then(
    () => true,
    () => false,
  );
}

/** A configuration for stock Distribution on a folder, beside that folder. */
export async function writeStockConfig(rootDirectory: string): Promise<string> {
  const path = join(rootDirectory, 'stock.yml');
  const config = {
    version: '0.1',
    storage: { filesystem: { rootdirectory: rootDirectory }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0', secret: 'for-tests' },
  };
  // JSON is YAML.
  await writeFile(path, JSON.stringify(config));
  return path;
}

/** Starts stock Distribution on a folder, on a free port of the loopback, and waits until it listens. */
export async function startStock(rootDirectory: string): Promise<StockRegistry> {
  const config = await writeStockConfig(rootDirectory);
  const child = spawn(STOCK, ['serve', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' },
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  try {
    return { url: `http://127.0.0.1:${await listeningPort(child)}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listeningPort(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('standard error is a pipe');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr, signal: AbortSignal.timeout(20_000) })) {
    said.push(line);
    const port = /listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stderr.resume();
    return port;
  }
  throw new Error(`stock Distribution did not start: ${said.join('\n')}`);
}

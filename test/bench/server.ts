import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Peer, PeerName } from './peers/peer.js';
import { freePort, type Scratch } from './scratch.js';

/** A server that answers. */
export interface Server {
  readonly name: PeerName;
  readonly port: number;
  readonly pid: number;
  /** Milliseconds from its start until `/v2/` answered. */
  readonly startedIn: number;
  /** Ends it and keeps its folder. */
  end(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const POLL_MS = 2;

/**
 * Starts a server on an empty folder, or on one that has been filled, and waits until it answers.
 * @throws Error with the end of its log when it ends or does not answer within a minute
 */
export async function startServer(
  scratch: Scratch,
  peer: Peer,
  upstream: number,
  folder: string = scratch.newFolder(peer.name),
): Promise<Server> {
  const port = await freePort();
  const { program, args } = peer.prepare({ folder, port, upstream });
  const log = join(folder, 'output.log');
  const started = performance.now();
  const child = scratch.spawn(program, args, log);
  let ended: string | undefined;
  child.once('exit', (status, signal) => {
    ended = `ended with ${status ?? signal}`;
  });
  child.once('error', (error) => {
    ended = error.message;
  });
  while (!(await answers(port))) {
    if (ended === undefined && performance.now() - started > START_LIMIT_MS) {
      await scratch.stop(child);
      ended = 'did not answer';
    }
    if (ended !== undefined) throw new Error(`${peer.name} ${ended}:\n${lastLines(log)}`);
    await sleep(POLL_MS);
  }
  const startedIn = performance.now() - started;
  return {
    name: peer.name,
    port,
    pid: child.pid ?? 0,
    startedIn,
    end: () => scratch.stop(child),
    async stop() {
      await scratch.stop(child);
      scratch.removeFolder(folder);
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/v2/', agent: false, timeout: 1000 },
      (response) => {
        response.resume();
        response.once('close', () => resolve(response.statusCode === 200));
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}

/** Runs a program to its end and gives its standard output. @throws Error when it fails */
export function output(program: string, args: readonly string[], limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limit });
    let text = '';
    let errors = '';
    child.stdout.on('data', (piece) => {
      text += piece;
    });
    child.stderr.on('data', (piece) => {
      errors += piece;
    });
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve(text);
      else reject(new Error(`${program} ended with ${status}: ${errors.trim()}`));
    });
  });
}

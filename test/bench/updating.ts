import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layoutOf } from '#src/render/layout.js';
import { mirror } from './peers/mirror.js';
import { DATA_FOLDER } from './peers/peer.js';
import type { Scratch } from './scratch.js';
import { type Server, startServer } from './server.js';

/** A mirror in a folder as `docker-mirror start` leaves it. */
export interface UpdatingMirror {
  readonly server: Server;
  /** Runs `docker-mirror update`; seconds from its start to its end, and what it printed. */
  update(): Promise<Timed>;
}

/** A program that has ended. */
export interface Timed {
  readonly seconds: number;
  readonly out: string;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LAUNCHER = join(ROOT, 'scripts/docker-mirror');
const TIME_LIMIT_MS = 600_000;

/**
 * Starts a mirror whose list names images of an upstream; the settings are those that apply when nobody sets any.
 * @param fill puts into the store what is to be there
 */
export async function startUpdatingMirror(
  scratch: Scratch,
  upstream: number,
  images: readonly string[],
  fill: (root: string) => void = () => undefined,
): Promise<UpdatingMirror> {
  const peer = mirror(ROOT, '');
  if (peer === undefined) throw new Error('dist/bundle/main.cjs is not there');
  const folder = scratch.newFolder('updating');
  const layout = layoutOf(folder);
  for (const each of [layout.configFolder, layout.images, layout.logs, layout.run]) {
    mkdirSync(each, { recursive: true });
  }
  const settings = join(folder, '.config');
  writeFileSync(settings, '# CONFIG_DOCKER_MIRROR_PRELOAD_IMAGES is not set\n');
  writeFileSync(layout.manifest, images.map((image) => `${image}\n`).join(''));
  fill(join(folder, DATA_FOLDER));
  const server = await startServer(scratch, peer, upstream, folder);
  copyFileSync(join(folder, 'config.yml'), layout.config);
  const env = { PATH: process.env['PATH'], HOME: folder, KCONFIG_CONFIG: settings };
  return { server, update: () => timed(LAUNCHER, ['update', '--path', folder], env) };
}

/** Runs a program to its end. @throws Error when it fails */
export function timed(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Timed> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'], timeout: TIME_LIMIT_MS });
    let out = '';
    child.stdout.on('data', (piece) => {
      out += piece;
    });
    child.once('error', reject);
    child.once('close', (status, signal) => {
      const seconds = (performance.now() - started) / 1000;
      if (status === 0) resolve({ seconds, out });
      else reject(new Error(`${program} ended with ${status ?? signal}:\n${out.slice(-2000)}`));
    });
  });
}

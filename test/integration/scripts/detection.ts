import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asPart, type Part } from '../../parts/cleanup.js';
import { tempFolder } from '../../parts/temp.js';

// From build/test/integration/scripts.
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
export const SCRIPT = join(ROOT, 'scripts', 'check-docker-mirror');

/** What the script did. */
export interface Answered {
  readonly out: string;
  readonly err: string;
  readonly status: number;
  readonly milliseconds: number;
}

export interface CheckOptions {
  /** The program and its arguments before the script; dash when absent. */
  readonly shell?: readonly string[];
  readonly script?: string;
  /** Its whole environment besides PATH, HOME and KCONFIG_CONFIG. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its PATH; this process's when absent. */
  readonly path?: string;
  readonly cwd?: string;
}

/** Runs check-docker-mirror, with no settings unless the environment names some. */
export function check(words: readonly string[], options: CheckOptions = {}): Promise<Answered> {
  const { shell = ['dash'], script = SCRIPT, env = {}, path = process.env['PATH'] ?? '', cwd } = options;
  const [program = 'dash', ...before] = shell;
  const environment = { PATH: path, HOME: '/nonexistent', KCONFIG_CONFIG: '/nonexistent/.config', ...env };
  const began = performance.now();
  return new Promise((resolve) => {
    execFile(
      program.startsWith('/') ? program : `/bin/${program}`,
      [...before, script, ...words],
      { env: environment, timeout: 30_000, ...(cwd === undefined ? {} : { cwd }) },
      (error, out, err) => {
        const milliseconds = performance.now() - began;
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ out, err, status, milliseconds });
      },
    );
  });
}

/** A folder of programs for PATH, each with where it is really: `{ wget: '/bin/busybox' }`. */
export async function pathOf(
  programs: Readonly<Record<string, string>>,
): Promise<Part & { readonly path: string }> {
  const folder = await tempFolder('dm-path');
  for (const [name, target] of Object.entries(programs)) await symlink(target, folder.file(name));
  return { ...folder, path: folder.path };
}

/** Something that takes connections and never says a word. */
export async function silentPort(): Promise<Part & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { close, [Symbol.asyncDispose]: dispose } = asPart(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, close, [Symbol.asyncDispose]: dispose };
}

/** A web server that says the same to everything. */
export async function webPort(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Part & { readonly port: number }> {
  const server: Server = createServer((_, response) => response.writeHead(status, headers).end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const part = asPart(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, ...part };
}

/** Writes a `.config`. */
export async function writeSettings(file: string, lines: readonly string[]): Promise<string> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

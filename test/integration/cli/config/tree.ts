import { execFile, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// From build/test/integration/cli/config.
const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
export const MAIN = join(ROOT, 'dist', 'bundle', 'main.cjs');

/** The original program, of Linux 6.1. */
export const CONF = '/usr/lib/linux-kbuild-6.1/scripts/kconfig/conf';

/** Milliseconds after which a program that is run here is ended. */
const TIMEOUT = 20_000;

/** What a program did. */
export interface Outcome {
  readonly status: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

/** How a program is run. */
export interface Running {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment without what would change where settings are, and what an outer make tells its children. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(?:KCONFIG_|CONFIG_$|srctree$|DOCKER_MIRROR_|MAKE|MFLAGS)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** Runs a program in a folder, with an input that then ends. */
export function runIn(
  folder: string,
  program: string,
  args: readonly string[],
  { input = '', env = {} }: Running = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { cwd: folder, env: { ...cleanEnvironment(), ...env }, timeout: TIMEOUT, killSignal: 'SIGKILL' },
      (error, out, err) => resolve({ status: error === null ? 0 : (error.code ?? error.signal), out, err }),
    );
    // One that ends without reading closes the pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Runs `docker-mirror config …` on the Kconfig file in a folder. */
export function config(folder: string, words: readonly string[], running?: Running): Promise<Outcome> {
  const [first = '', ...rest] = words;
  return runIn(folder, process.execPath, [MAIN, 'config', first, '--kconfig', 'Kconfig', ...rest], running);
}

/** Starts it and leaves it running; to be ended by the test. */
export function startConfig(folder: string, words: readonly string[]) {
  return spawn(process.execPath, [MAIN, 'config', ...words, '--kconfig', 'Kconfig'], {
    cwd: folder,
    env: cleanEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
  });
}

/** Puts a tree into a folder. */
export async function makeTree(folder: string, kconfig: string, dotConfig?: string): Promise<void> {
  await writeFile(join(folder, 'Kconfig'), kconfig);
  if (dotConfig !== undefined) await writeFile(join(folder, '.config'), dotConfig);
}

/** The text of a file in a folder. */
export function textIn(folder: string, name = '.config'): Promise<string> {
  return readFile(join(folder, name), 'utf8');
}

/** A .config without its heading, in which the two programs differ. */
export function withoutHeading(text: string): string {
  return text.split('\n').slice(4).join('\n');
}

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCode } from '#src/errors.js';
import { processTree } from './processes.js';

/** A folder and the processes of one run of the bench; nothing of it is left behind, however the run ends. */
export interface Scratch {
  readonly folder: string;
  /** Makes an empty folder inside. */
  newFolder(name: string): string;
  removeFolder(folder: string): void;
  /** Starts a program, both its outputs going to a file. */
  spawn(program: string, args: readonly string[], output: string): ChildProcess;
  /** Starts a compiled script of ours with a message channel. */
  fork(script: URL, args: readonly string[]): ChildProcess;
  /** Ends a process: asked to, then made to. Resolves when it is gone. */
  stop(child: ChildProcess): Promise<void>;
  /** Ends every process at once and removes the folder. For all ways out, so synchronous. */
  dispose(): void;
}

const GRACE_MS = 5_000;

/**
 * Makes the scratch folder under `parent`.
 * @throws Error when the file system has fewer than `needed` bytes free
 */
export function makeScratch(parent: string, needed: number): Scratch {
  mkdirSync(parent, { recursive: true });
  const { bavail, bsize } = statfsSync(parent);
  if (bavail * bsize < needed) {
    const [free, wanted] = [bavail * bsize, needed].map((bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`);
    throw new Error(
      `${resolve(parent)} has ${free} free, ${wanted} are needed; name another place with --dir`,
    );
  }
  const folder = mkdtempSync(join(resolve(parent), 'scratch-'));
  const running = new Set<ChildProcess>();
  let count = 0;

  function watch(child: ChildProcess): ChildProcess {
    running.add(child);
    child.once('exit', () => running.delete(child));
    child.once('error', () => running.delete(child));
    return child;
  }

  return {
    folder,
    newFolder(name) {
      count += 1;
      const made = join(folder, `${count}-${name}`);
      mkdirSync(made);
      return made;
    },
    removeFolder(path) {
      rmSync(path, { recursive: true, force: true });
    },
    spawn(program, args, output) {
      const file = openSync(output, 'a');
      try {
        return watch(spawn(program, args, { stdio: ['ignore', file, file], env: serverEnvironment() }));
      } finally {
        closeSync(file);
      }
    },
    fork(script, args) {
      return watch(
        fork(fileURLToPath(script), [...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
      );
    },
    async stop(child) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const gone = new Promise<void>((done) => child.once('exit', () => done()));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await gone;
      clearTimeout(timer);
    },
    dispose() {
      // Workers of a killed master end later or not at all, so the whole tree is looked up first.
      const all = [...running].flatMap(({ pid }) => (pid === undefined ? [] : processTree(pid)));
      for (const pid of all) killIfThere(pid);
      running.clear();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** The environment without what would change a registry's configuration or a server's proxy. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(registry_|https?_proxy$|all_proxy$|node_options$)/i.test(name),
    ),
  );
}

/** A loopback port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') done(address.port);
        else failed(new Error('no port was given'));
      });
    });
  });
}

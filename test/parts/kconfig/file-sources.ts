import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { KconfigSources } from '#src/kconfig/sources.js';

const SHELL_LIMIT_MS = 10_000;

/** Kconfig files in a folder, read as a program would that runs there with this environment. */
export function fileSources(folder: string, environment: Readonly<Record<string, string>>): KconfigSources {
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', ...environment };
  return {
    read(path) {
      const file = join(folder, path);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
    /** Patterns have their wildcards in the last part of the path only. */
    glob(pattern) {
      const parent = posix.dirname(pattern);
      if (!existsSync(join(folder, parent))) return [];
      const name = new RegExp(`^${posix.basename(pattern).replaceAll('*', '.*').replaceAll('?', '.')}$`);
      const names = readdirSync(join(folder, parent)).filter((each) => name.test(each));
      return names.sort().map((each) => posix.join(parent, each));
    },
    variable: (name) => environment[name],
    shell(command) {
      const { stdout } = spawnSync('/bin/sh', ['-c', command], {
        cwd: folder,
        env,
        encoding: 'utf8',
        timeout: SHELL_LIMIT_MS,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return { output: stdout };
    },
  };
}

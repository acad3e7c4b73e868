import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorCode, isMissing } from '../errors.js';
import type { KconfigSources } from '../kconfig/sources.js';
import { FileError } from './files.js';
import { globFiles } from './glob.js';
import { runShell } from './shell.js';

/** From where Kconfig files are read. */
export interface KconfigPlace {
  /** The working directory: relative names are looked up here first, and commands run here. */
  readonly cwd: string;
  /** `$srctree`: where relative names are looked up next; what the files see under that name. */
  readonly srctree: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Seconds that a command of `$(shell,…)` may take. `KCONFIG_SHELL_TIMEOUT` says otherwise. */
const SHELL_SECONDS = 5;

const MAX_SHELL_SECONDS = 86_400;

/** Far more than the language takes of a command's output. */
const SHELL_OUTPUT = 64 * 1024;

/**
 * The files, environment and commands of this host, for reading Kconfig files.
 * A command sees the environment of `place`, with `srctree` in it.
 */
export function hostKconfigSources({ cwd, srctree, env }: KconfigPlace): KconfigSources {
  const environment: Readonly<Record<string, string | undefined>> = { ...env, srctree };
  const timeout = shellTimeout(env['KCONFIG_SHELL_TIMEOUT']);
  return {
    read: (path) => readIfThere(resolve(cwd, path)) ?? readIfThere(resolve(cwd, srctree, path)),
    glob(pattern) {
      const here = globFiles(pattern, cwd);
      return here.length > 0 ? here : globFiles(pattern, resolve(cwd, srctree));
    },
    variable: (name) => environment[name],
    shell(command) {
      const { output, timedOut } = runShell(command, {
        timeout,
        maxOutput: SHELL_OUTPUT,
        cwd,
        env: environment,
      });
      return timedOut ? { output, timedOutAfter: timeout } : { output };
    },
  };
}

/** Milliseconds. What is no sensible number of seconds is as good as nothing. */
function shellTimeout(text: string | undefined): number {
  const seconds = Number(text ?? '');
  const usable = seconds > 0 && seconds <= MAX_SHELL_SECONDS;
  return Math.ceil((usable ? seconds : SHELL_SECONDS) * 1000);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    const code = errorCode(error);
    const why = code === 'EISDIR' ? 'it is a folder; expected a file' : (code ?? String(error));
    throw new FileError(`cannot read ${path}: ${why}`, { cause: error });
  }
}

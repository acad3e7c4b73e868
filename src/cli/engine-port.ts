import { errorCode } from '../errors.js';
import type { Logger } from '../host/log.js';
import type { EngineConfig } from '../settings/engine-config.js';

/** One place in a configuration file, and what is the matter there. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The environment variable that the value came from, when it was not the file. */
  readonly variable?: string | undefined;
  /** With dots: `http.addr`. */
  readonly key: string;
  readonly message: string;
}

/** A configuration that can be used, and what in it will have no effect. */
export interface LoadedConfig {
  readonly config: EngineConfig;
  readonly warnings: readonly ConfigProblem[];
}

/** The environment of this process, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A mirror that serves. */
export interface RunningEngine {
  /** Where it listens, such as `127.0.0.1:5000`. */
  readonly addresses: readonly string[];
  /** Looks at itself: asks itself through its sockets, and tries its store. Rejects when it is not well. */
  check(signal: AbortSignal): Promise<void>;
  /** Ends listening, lets transfers finish for at most that many milliseconds, and lets go of everything. */
  close(timeout: number): Promise<void>;
}

/** Sockets that listen already, by their descriptors. */
export interface OpenSockets {
  readonly descriptors?: readonly number[];
}

/** What the commands need of the engine. Wired in `engine.ts`; tests give their own. */
export interface Engine {
  /** @throws an error with `problems` when the file is wrong, or a MirrorError when it cannot be read */
  loadConfig(path: string, env: Environment): Promise<LoadedConfig>;
  /**
   * Looks at the files that a loaded configuration names: certificates, keys, users, credentials.
   * @param path the configuration's own file
   * @throws an error with `problems` when one of them cannot be used
   */
  checkFiles(path: string, config: EngineConfig, env: Environment): Promise<void>;
  start(
    config: EngineConfig,
    logger: Logger,
    env: Environment,
    sockets?: OpenSockets,
  ): Promise<RunningEngine>;
}

/** The problems of a configuration error; undefined for any other error. */
export function configProblems(error: unknown): readonly ConfigProblem[] | undefined {
  if (!(error instanceof Error) || !('problems' in error) || isKconfigError(error)) return undefined;
  return Array.isArray(error.problems) ? (error.problems as readonly ConfigProblem[]) : undefined;
}

/** Whether Kconfig files are wrong; the message of such an error names each place. */
export function isKconfigError(error: unknown): boolean {
  return errorCode(error) === 'KCONFIG_INVALID';
}

/** `file:line:column: key: message`, as compilers have it; an environment variable stands in the file's place. */
export function describeProblem({ file, line, column, variable, key, message }: ConfigProblem): string {
  const place = variable ?? [file, line, column].filter((part) => part !== undefined).join(':');
  return key === '' ? `${place}: ${message}` : `${place}: ${key}: ${message}`;
}

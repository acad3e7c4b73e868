/** What a command of `$(shell,…)` came to. */
export interface ShellResult {
  /** Its standard output as it is. */
  readonly output: string;
  /** Milliseconds after which it was ended, when it was. */
  readonly timedOutAfter?: number;
}

/** What reading Kconfig files needs from the world. */
export interface KconfigSources {
  /**
   * The text of a file; undefined when there is none.
   * A relative name is looked up in the working directory, then in `$srctree`.
   */
  read(path: string): string | undefined;
  /** The files that a pattern (`*`, `?`, `[…]`) stands for, sorted; looked up as `read` does. */
  glob(pattern: string): readonly string[];
  /** An environment variable. */
  variable(name: string): string | undefined;
  /** Runs a command line with `sh -c`. */
  shell(command: string): ShellResult;
}

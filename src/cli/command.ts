import type { Engine, Environment } from './engine-port.js';
import type { ExitCode } from './exit-code.js';
import type { SettingsPort } from './settings-port.js';

/** Where a command prints. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
}

/** How this program can be started again: `node dist/main.js`. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
}

/** The world as a command sees it. */
export interface CliContext {
  readonly env: Environment;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The numeric user; undefined where there is none. */
  readonly uid: number | undefined;
  readonly home: string;
  readonly cwd: string;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly interrupted: AbortSignal;
  readonly launch: Launch;
  /** What is supervised; this program's `serve` when absent. */
  readonly supervised?: Launch;
  readonly engine: Engine;
  readonly settings: SettingsPort;
  /** Takes over the reporting of a crash, once there is a log. */
  readonly onCrash: (report: (error: unknown) => void) => void;
}

/** One option or positional argument, in words that the parser and the help are made from. */
export interface ArgumentSpec {
  readonly type: 'text' | 'number' | 'flag';
  readonly describe: string;
  readonly alias?: string;
  /** Only said in the help; a command applies its own defaults. */
  readonly defaultText?: string;
  readonly choices?: readonly string[];
}

/** What was typed, checked against the specifications. */
export interface Arguments {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  flag(name: string): boolean;
  /** Everything after `--`. */
  readonly rest: readonly string[];
}

/** One command of the command line. */
export interface Command {
  /** Its name with its positional arguments: `serve <config>`. */
  readonly usage: string;
  readonly summary: string;
  readonly positionals?: Readonly<Record<string, ArgumentSpec>>;
  readonly options: Readonly<Record<string, ArgumentSpec>>;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Not shown in the help. */
  readonly internal?: boolean;
  run(args: Arguments, context: CliContext): Promise<ExitCode>;
}

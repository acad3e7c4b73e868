import type { Engine, Environment } from './engine-port.js';
import type { ExitCode } from './exit-code.js';
import type { LiveTerminal } from './live/terminal.js';
import type { SettingsPort } from './settings-port.js';

/** Where a command prints. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** A terminal on which lines can be written over; absent: there is none, or it cannot. */
  readonly live?: LiveTerminal | undefined;
}

/** Where a command hears from a person, or a program. */
export interface Input {
  readonly isTerminal: boolean;
  /** Its lines, one by one. To be closed by who opened it. */
  open(): LineReader;
}

/** Lines as they come. */
export interface LineReader {
  /** The next line, without its end; undefined when there are no more, or when the signal is aborted first. */
  next(signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** How this program can be started again: `node dist/bundle/main.cjs`. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
}

/** The world as a command sees it. */
export interface CliContext {
  readonly env: Environment;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input;
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
  /** A positional argument that may stand several times, and everything after `--`. */
  list(name: string): readonly string[];
  /** Everything after `--`. */
  readonly rest: readonly string[];
}

/** What stands on the first level of the command line. */
export type AnyCommand = Command | CommandGroup;

/** A command that stands for several: `config get`, `config set`… */
export interface CommandGroup {
  /** Its name. */
  readonly usage: string;
  readonly summary: string;
  readonly commands: readonly Command[];
  readonly examples: Command['examples'];
  /** Not shown in the help. */
  readonly internal?: boolean;
  /** What a word stands for that is the name of none of them; undefined: nothing. */
  shorthand?(word: string): readonly string[] | undefined;
}

/** One command of the command line. */
export interface Command {
  /** Its name with its positional arguments: `serve <config>`, `get <symbols..>`. */
  readonly usage: string;
  readonly summary: string;
  readonly positionals?: Readonly<Record<string, ArgumentSpec>>;
  readonly options: Readonly<Record<string, ArgumentSpec>>;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Not shown in the help. */
  readonly internal?: boolean;
  /** What its positional arguments may be, for the completion of a shell; the rest is left to the shell. */
  complete?(context: CliContext): Promise<readonly string[]>;
  run(args: Arguments, context: CliContext): Promise<ExitCode>;
}

import type { Arguments, CliContext, Output } from '#src/cli/command.js';
import { CommandFailure } from '#src/cli/errors.js';

/** What was written to it, in one text. */
export class TextOutput implements Output {
  text = '';
  readonly isTerminal: boolean;

  constructor(isTerminal = false) {
    this.isTerminal = isTerminal;
  }

  write(text: string): void {
    this.text += text;
  }
}

/** Arguments as the parser gives them. */
export function argumentsOf(
  values: Record<string, string | number | boolean | readonly string[]>,
  rest: string[] = [],
): Arguments {
  return {
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    number: (name) => (typeof values[name] === 'number' ? values[name] : undefined),
    flag: (name) => values[name] === true,
    list(name) {
      const value = values[name];
      return Array.isArray(value) ? [...value, ...rest] : rest;
    },
    rest,
  };
}

/** A world in which nothing is there. */
export function emptyContext(
  changes: Partial<CliContext> = {},
): CliContext & { readonly stdout: TextOutput; readonly stderr: TextOutput } {
  return {
    env: {},
    uid: 1000,
    stdin: { isTerminal: false, open: () => ({ next: async () => undefined, close: () => undefined }) },
    home: '/home/me',
    cwd: '/home/somebody',
    interrupted: new AbortController().signal,
    launch: { program: 'node', args: ['main.js'] },
    engine: {
      loadConfig: () => Promise.reject(new CommandFailure('no configuration in this test')),
      checkFiles: () => Promise.reject(new CommandFailure('no files in this test')),
      start: () => Promise.reject(new CommandFailure('no engine in this test')),
    },
    onCrash: () => undefined,
    ...changes,
    stdout: new TextOutput(),
    stderr: new TextOutput(),
  };
}

import type { Position } from './model.js';
import type { KconfigSources } from './sources.js';

/** Where the built-in functions leave what they say. */
export interface BuiltinReport {
  warn(message: string): void;
  inform(message: string): void;
  fail(message: string): never;
}

interface Call {
  readonly args: readonly string[];
  readonly position: Position;
  readonly sources: KconfigSources;
  readonly report: BuiltinReport;
}

interface Builtin {
  /** How many arguments it takes, neither more nor fewer. */
  readonly arity: number;
  run(call: Call): string;
}

/** `conf` reads no more of a command's output than this. */
const SHELL_OUTPUT_LIMIT = 255;

const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['filename', { arity: 0, run: ({ position }) => position.file }],
  ['lineno', { arity: 0, run: ({ position }) => String(position.line) }],
  [
    'info',
    {
      arity: 1,
      run({ args, report }) {
        report.inform(args[0] ?? '');
        return '';
      },
    },
  ],
  [
    'warning-if',
    {
      arity: 2,
      run({ args, report }) {
        if (args[0] === 'y') report.warn(args[1] ?? '');
        return '';
      },
    },
  ],
  ['error-if', { arity: 2, run: ({ args, report }) => (args[0] === 'y' ? report.fail(args[1] ?? '') : '') }],
  ['shell', { arity: 1, run: runShell }],
]);

/**
 * Calls a built-in function of the macro language.
 * @returns undefined when there is none of that name
 */
export function callBuiltin(name: string, call: Call): string | undefined {
  const builtin = BUILTINS.get(name);
  if (builtin === undefined) return undefined;
  const given = call.args.length;
  if (given !== builtin.arity) {
    const problem = given < builtin.arity ? 'too few' : 'too many';
    call.report.fail(`${problem} arguments for $(${name}): expected ${builtin.arity}, found ${given}`);
  }
  return builtin.run(call);
}

function runShell({ args, sources, report }: Call): string {
  const command = args[0] ?? '';
  const { output, timedOutAfter } = sources.shell(command);
  if (timedOutAfter !== undefined) {
    report.warn(`$(shell,${command}) was ended after ${timedOutAfter / 1000} s`);
  }
  return cut(output).replace(/\n+$/, '').replaceAll('\n', ' ');
}

/** The limit is in bytes. A character that it would split is left out. */
function cut(output: string): string {
  const bytes = new TextEncoder().encode(output);
  if (bytes.length <= SHELL_OUTPUT_LIMIT) return output;
  const whole = new TextDecoder().decode(bytes.subarray(0, SHELL_OUTPUT_LIMIT));
  return whole.replace(/\uFFFD$/, '');
}

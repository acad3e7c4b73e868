import { parseArgs } from 'node:util';
import { DEFAULT_SIZES, FULL_SIZES, QUICK_SIZES, type Sizes } from './sizes.js';

/** What was asked for on the command line. */
export interface Options {
  readonly rounds: number;
  /** Names of the rows to run; all when empty. */
  readonly only: readonly string[];
  /** Where the results are written as JSON. */
  readonly json: string;
  /** Folder in which a scratch folder is made. */
  readonly dir: string;
  /** End with status 1 when a bound is missed. */
  readonly check: boolean;
  /** Write the table into docs/benchmarks.md. */
  readonly docs: boolean;
  readonly withoutMirror: boolean;
  /** Rate of the upstream's link in the first row, in Mbit/s. */
  readonly link: number;
  readonly sizes: Sizes;
  /** Names the set of sizes in the results. */
  readonly mode: 'default' | 'quick' | 'full';
}

/** The arguments are wrong; the message says how. */
export class UsageError extends Error {}

export const USAGE = `usage: bench [options]
  --rounds N        rounds of each comparison (default 5; 1 with --quick)
  --only NAME       only this row; may be repeated
  --json FILE       where to write the results (default build/bench/results.json)
  --dir FOLDER      where to make the scratch folder (default build/bench)
  --link MBIT       rate of the upstream's link in the first row (default 1000)
  --docs            write the table into docs/benchmarks.md too
  --check           end with status 1 when a bound is missed or was not measured
  --without-mirror  measure the other servers only
  --quick           one round of small sizes, to try the harness itself
  --full            also 32 clients with 32 different blobs (needs 20 GiB)
  --list            print the names of the rows`;

/** What to do: print something, or run. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | { readonly kind: 'run'; readonly options: Options };

/**
 * Reads the command line.
 * @param names the rows there are
 * @throws UsageError
 */
export function readCommand(args: readonly string[], names: readonly string[]): Command {
  const { values } = parse(args);
  if (values.help) return { kind: 'help' };
  if (values.list) return { kind: 'list' };
  if (values.quick && values.full) throw new UsageError('--quick and --full exclude each other');
  const only = values.only ?? [];
  for (const name of only) {
    if (!names.includes(name))
      throw new UsageError(`there is no row "${name}"; there are: ${names.join(', ')}`);
  }
  const mode = values.quick ? 'quick' : values.full ? 'full' : 'default';
  return {
    kind: 'run',
    options: {
      rounds: positive(values.rounds, '--rounds') ?? (mode === 'quick' ? 1 : 5),
      only,
      json: values.json ?? 'build/bench/results.json',
      dir: values.dir ?? 'build/bench',
      check: values.check ?? false,
      docs: values.docs ?? false,
      withoutMirror: values['without-mirror'] ?? false,
      link: positive(values.link, '--link') ?? 1000,
      sizes: { default: DEFAULT_SIZES, quick: QUICK_SIZES, full: FULL_SIZES }[mode],
      mode,
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        rounds: { type: 'string' },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
        dir: { type: 'string' },
        link: { type: 'string' },
        docs: { type: 'boolean' },
        check: { type: 'boolean' },
        'without-mirror': { type: 'boolean' },
        quick: { type: 'boolean' },
        full: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function positive(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9][0-9]{0,5}$/.test(text))
    throw new UsageError(`${name} must be a whole number above 0, not "${text}"`);
  return Number(text);
}

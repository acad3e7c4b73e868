import { fileURLToPath } from 'node:url';
import { firstLine } from '../machine.js';
import type { Command } from './peer.js';

/** Debian's own, which has the package python3-kconfiglib; the first on the PATH may be another one. */
const PYTHON = '/usr/bin/python3';

// From build/test/bench/peers; Python files are not compiled.
const SCRIPT = fileURLToPath(new URL('../../../../test/bench/load/run-kconfiglib.py', import.meta.url));

/** What Kconfiglib says about its version; undefined when it is not installed. */
export function kconfiglibVersion(): string | undefined {
  const version = firstLine(PYTHON, [
    '-c',
    'import kconfiglib; print("Kconfiglib %d.%d.%d" % kconfiglib.VERSION)',
  ]);
  return version?.startsWith('Kconfiglib ') === true ? version : undefined;
}

/** Reads `Kconfig` and `.config` in the working directory and writes a .config. */
export function kconfiglib(output: string): Command {
  return { program: PYTHON, args: ['-B', SCRIPT, output] };
}

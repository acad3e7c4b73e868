import { spawnSync } from 'node:child_process';
import { PYTHON } from '../../parts/kconfig/kconfiglib.js';

/** Why what needs Kconfiglib cannot run here; an error where `CI=true`, as `lacking` does it. */
export function lackingKconfiglib(): string | false {
  const { status } = spawnSync(PYTHON, ['-c', 'import kconfiglib'], { stdio: 'ignore', timeout: 30_000 });
  if (status === 0) return false;
  const reason = `${PYTHON} has no Kconfiglib (the package python3-kconfiglib)`;
  if (process.env['CI'] === 'true') throw new Error(`tests cannot run: ${reason}`);
  process.stderr.write(`\n*** NOT TESTED: ${process.argv[1] ?? ''}: ${reason} ***\n\n`);
  return reason;
}

import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/**
 * Why tests that need these programs cannot run here, for node:test's `skip`; `false` when they can. It is said loudly, and
 * where `CI=true` it is an error: a build must not be green because its tests stayed away.
 */
export function lacking(what: { programs?: readonly string[]; root?: boolean }): string | false {
  const missing = (what.programs ?? []).filter((program) => !isInstalled(program));
  const reasons = [
    ...missing.map((program) => `${program} is not installed`),
    ...(what.root === true && process.getuid?.() !== 0 ? ['it needs root'] : []),
  ];
  if (reasons.length === 0) return false;
  const reason = reasons.join(', ');
  if (process.env['CI'] === 'true') throw new Error(`tests cannot run: ${reason}`);
  process.stderr.write(`\n*** NOT TESTED: ${process.argv[1] ?? ''}: ${reason} ***\n\n`);
  return reason;
}

function isInstalled(program: string): boolean {
  if (program.startsWith('/')) return isExecutable(program);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && isExecutable(resolve(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job } from './conf.js';

/** Debian's own, which has the package python3-kconfiglib; the first on the PATH may be another one. */
export const PYTHON = '/usr/bin/python3';

/** What came of a run. */
export interface KconfiglibOutcome {
  /** Without a heading. Null when the files were refused. */
  readonly written: string | null;
  readonly refusal: string | null;
  readonly warnings: readonly string[];
}

// From build/test/parts/kconfig; Python files are not compiled.
const DRIVER = fileURLToPath(new URL('../../../../test/parts/kconfig/kconfiglib-driver.py', import.meta.url));
const TIME_LIMIT_MS = 120_000;
const OUTPUT_LIMIT = 256 * 1024 * 1024;

/**
 * Runs Kconfiglib on each job, all in one process.
 * @throws Error when the process fails
 */
export function runKconfiglib(jobs: readonly Job[]): Promise<KconfiglibOutcome[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      PYTHON,
      ['-B', DRIVER],
      {
        timeout: TIME_LIMIT_MS,
        maxBuffer: OUTPUT_LIMIT,
        env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
      },
      (error, stdout) => {
        if (error === null) resolve(JSON.parse(stdout) as KconfiglibOutcome[]);
        else reject(error);
      },
    );
    child.stdin?.end(JSON.stringify(jobs));
  });
}

/** A .config without the heading that conf and ours begin with. */
export function withoutHeading(text: string): string {
  return text.replace(/^#\n# Automatically generated file; DO NOT EDIT\.\n# .*\n#\n/, '');
}

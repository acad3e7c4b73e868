import type { TestContext } from 'node:test';

/** Says that a test cannot run here, loudly; where everything must be there (`CI=true`) it fails. */
export function cannotRun(context: TestContext, why: string): void {
  if (process.env['CI'] === 'true') throw new Error(`${why}, and CI=true`);
  process.stderr.write(`\n*** NOT TESTED: ${context.name}: ${why} ***\n\n`);
  context.skip(why);
}

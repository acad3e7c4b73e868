import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { jobsOf, putFiles, showCase, writeCase } from '../../parts/kconfig/cases.js';
import { type Comparison, compareAll, isSame, showDifference } from '../../parts/kconfig/compare.js';
import { CONF } from '../../parts/kconfig/conf.js';
import { anyCase } from '../../parts/kconfig/config-arbitrary.js';
import { CONSTRUCTS } from '../../parts/kconfig/constructs.js';
import { memoryFolder } from '../../parts/kconfig/memory-folder.js';
import type { Case } from '../../parts/kconfig/tree.js';
import { lacking } from '../../parts/needs.js';

/** The same trees each time, unless others are asked for. */
const SEED = Number(process.env['KCONFIG_RANDOM_SEED'] ?? 20261121);
const RUNS = Number(process.env['KCONFIG_RANDOM_RUNS'] ?? 2_000);
const BATCH = 250;

const skip = lacking({ programs: [CONF] });

describe(`random Kconfig trees, seed ${SEED}`, { skip }, () => {
  const folder = memoryFolder();
  after(() => folder.close());
  let made = 0;

  async function run(cases: readonly Case[]): Promise<Comparison[][]> {
    const paths = cases.map(() => join(folder.path, String(made++)));
    const jobs = cases.map((each, i) => {
      const written = writeCase(each, 'linux');
      const path = paths[i] ?? '';
      putFiles(path, written.files);
      return jobsOf(path, written);
    });
    try {
      return await compareAll(jobs);
    } finally {
      for (const path of paths) rmSync(path, { recursive: true, force: true });
    }
  }

  /** Makes the failing case as small as it gets, and fails with it. */
  async function failWith(index: number): Promise<never> {
    const property = fc.asyncProperty(anyCase('linux'), async (each) => {
      const [comparisons] = await run([each]);
      return comparisons?.every(isSame) === true;
    });
    const limits = { interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false };
    const { counterexample } = await fc.check(property, {
      seed: SEED,
      path: String(index),
      numRuns: 1,
      ...limits,
    });
    const [smallest] = counterexample ?? assert.fail(`case ${index} differs, and does not when run again`);
    const [comparisons] = await run([smallest]);
    const differences = (comparisons ?? []).filter((each) => !isSame(each)).map(showDifference);
    assert.fail(
      `KCONFIG_RANDOM_SEED=${SEED}, case ${index}:\n${showCase(writeCase(smallest, 'linux'))}${differences.join('\n')}`,
    );
  }

  it(`give the same as conf, ${RUNS} trees with a configuration each, in every mode`, async () => {
    const cases = fc.sample(anyCase('linux'), { seed: SEED, numRuns: RUNS });
    let taken = 0;
    let changing = 0;
    for (let first = 0; first < cases.length; first += BATCH) {
      const results = await run(cases.slice(first, first + BATCH));
      const different = results.findIndex((comparisons) => !comparisons.every(isSame));
      if (different >= 0) await failWith(first + different);
      for (const comparisons of results) {
        const texts = new Set(comparisons.map(({ conf }) => conf.written));
        if (!texts.has(undefined)) taken += 1;
        if (texts.size > 3) changing += 1;
      }
    }
    assert.ok(taken / RUNS > 0.85, `conf takes only ${taken} of ${RUNS} trees`);
    assert.ok(
      changing / RUNS > 0.4,
      `only ${changing} of ${RUNS} trees come out differently in several modes`,
    );
  });

  it('hold everything that the language has', () => {
    const texts = fc
      .sample(anyCase('linux'), { seed: SEED, numRuns: Math.max(RUNS, 500) })
      .map((each) => [...writeCase(each, 'linux').files.values()].join(''));
    for (const [construct, looks] of Object.entries(CONSTRUCTS)) {
      const count = texts.filter((text) => looks.test(text)).length;
      assert.ok(count >= texts.length / 500, `${construct} is in ${count} of ${texts.length} trees`);
    }
  });
});

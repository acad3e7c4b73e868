import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { jobsOf, putFiles, showCase, writeCase } from '../../parts/kconfig/cases.js';
import { CONF, type Job, type Outcome, runConf } from '../../parts/kconfig/conf.js';
import { anyCase } from '../../parts/kconfig/config-arbitrary.js';
import { corpusJobs, corpusNames } from '../../parts/kconfig/corpus.js';
import { type KconfiglibOutcome, runKconfiglib, withoutHeading } from '../../parts/kconfig/kconfiglib.js';
import { KCONFIGLIB_DIFFERS } from '../../parts/kconfig/kconfiglib-differences.js';
import { memoryFolder } from '../../parts/kconfig/memory-folder.js';
import { ONLY_KCONFIGLIB } from '../../parts/kconfig/only-kconfiglib.js';
import { runOurs } from '../../parts/kconfig/ours.js';
import type { Case } from '../../parts/kconfig/tree.js';
import { lacking } from '../../parts/needs.js';
import { lackingKconfiglib } from './needs.js';

const SEED = Number(process.env['KCONFIG_RANDOM_SEED'] ?? 20261122);
const RUNS = Math.ceil(Number(process.env['KCONFIG_RANDOM_RUNS'] ?? 2_000) / 5);

const skip = lacking({ programs: [CONF] }) || lackingKconfiglib();

describe('Kconfiglib on the trees written by hand', { skip }, async () => {
  const folder = memoryFolder();
  after(() => folder.close());
  const names = corpusNames();
  const jobs = names.map((name) => corpusJobs(name, join(folder.path, name)));
  const conf = skip === false ? await runConf(jobs.flat()) : [];
  for (const name of names) spellModules(join(folder.path, name, 'Kconfig'));
  const theirs = skip === false ? await runKconfiglib(jobs.flat()) : [];

  for (const [i, name] of names.entries()) {
    const first = jobs.slice(0, i).flat().length;
    const own = jobs[i] ?? [];

    it(`${name}: what conf says, modules spelled as an option`, () => {
      for (const [j, ours] of runOurs(own).entries()) {
        assert.equal(ours.written, conf[first + j]?.written, `${own[j]?.mode} ${own[j]?.input ?? ''}`);
      }
    });

    const why = KCONFIGLIB_DIFFERS[name];
    it(why === undefined ? `${name}: the same as conf` : `${name}: not the same as conf, as ${why}`, () => {
      const different = own.filter(
        (job, j) => !isSame(job, conf[first + j] ?? assert.fail(), theirs[first + j] ?? assert.fail()),
      );
      const found = different.map(({ mode, input }) => `${mode} ${input ?? ''}`);
      if (why === undefined) assert.deepEqual(found, []);
      else assert.notDeepEqual(found, [], 'they agree now: take it off the list');
    });
  }

  it('differs from conf in trees that there are', () => {
    assert.deepEqual(
      Object.keys(KCONFIGLIB_DIFFERS).filter((name) => !names.includes(name)),
      [],
    );
  });
});

/** Kconfiglib knows `option modules` only. */
function spellModules(path: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^\tmodules$/gm, '\toption modules'));
}

function isSame({ mode }: Job, conf: Outcome, kconfiglib: KconfiglibOutcome): boolean {
  if (conf.written === undefined) return kconfiglib.written === null;
  return kconfiglib.written === (mode === 'savedefconfig' ? conf.written : withoutHeading(conf.written));
}

describe('what only Kconfiglib knows', { skip }, async () => {
  const folder = memoryFolder();
  after(() => folder.close());
  const jobs = Object.entries(ONLY_KCONFIGLIB).map(([name, files]) => {
    const path = join(folder.path, name);
    putFiles(path, new Map(Object.entries(files)));
    return jobsOf(path, { config: '', fragment: undefined });
  });
  const theirs = skip === false ? await runKconfiglib(jobs.flat()) : [];

  for (const [i, name] of Object.keys(ONLY_KCONFIGLIB).entries()) {
    it(name, () => {
      const own = jobs[i] ?? [];
      for (const [j, ours] of runOurs(own).entries()) {
        const mode = own[j]?.mode;
        const expected = theirs[i * own.length + j];
        assert.equal(expected?.refusal, null, `${mode}: Kconfiglib takes it`);
        const written = mode === 'savedefconfig' ? ours.written : withoutHeading(ours.written ?? '');
        assert.equal(written, expected?.written, `${mode} ${ours.refusal ?? ''}`);
      }
    });
  }
});

describe(`random trees with what only Kconfiglib knows, seed ${SEED}`, { skip }, () => {
  const folder = memoryFolder();
  after(() => folder.close());
  let made = 0;

  /** What conf makes of the tree in its own words, and the two others of the tree as it is. */
  async function run(cases: readonly Case[]) {
    const forConf = cases.map((each) => put(each, 'linux'));
    const forOthers = cases.map((each) => put(each, 'kconfiglib'));
    const conf = await runConf(forConf.flat());
    const kconfiglib = await runKconfiglib(forOthers.flat());
    const results = forOthers.map((jobs, i) =>
      runOurs(jobs).map((ours, j) => {
        const at = i * jobs.length + j;
        return {
          job: jobs[j] ?? assert.fail(),
          ours,
          conf: conf[at] ?? assert.fail(),
          kconfiglib: kconfiglib[at] ?? assert.fail(),
        };
      }),
    );
    for (const [job] of [...forConf, ...forOthers]) rmSync(job?.folder ?? '', { recursive: true });
    return results;
  }

  function put(each: Case, dialect: 'linux' | 'kconfiglib'): Job[] {
    const written = writeCase(each, dialect);
    const path = join(folder.path, String(made++));
    putFiles(path, written.files);
    return jobsOf(path, written);
  }

  it(`come out as with conf, which reads the same in its own words, ${RUNS} trees`, async () => {
    const cases = fc.sample(anyCase('kconfiglib'), { seed: SEED, numRuns: RUNS });
    const results = await run(cases);
    let agreed = 0;
    for (const [i, each] of cases.entries()) {
      const own = results[i] ?? [];
      const { files } = writeCase(each, 'kconfiglib');
      const hasAllNo = [...files.values()].some((text) => text.includes('allnoconfig_y'));
      for (const { job, conf, ours } of own) {
        // conf has no words for `option allnoconfig_y`.
        const isBeyondConf = job.mode === 'allnoconfig' && hasAllNo;
        if (conf.crashed || isBeyondConf || ours.written === conf.written) continue;
        assert.fail(
          `KCONFIG_RANDOM_SEED=${SEED}, case ${i}, ${job.mode}:\n${showCase(writeCase(each, 'kconfiglib'))}--- conf\n${conf.written ?? conf.stderr}\n--- ours\n${ours.written ?? ours.refusal}`,
        );
      }
      if (own.every(({ job, conf, kconfiglib }) => isSame(job, conf, kconfiglib))) agreed += 1;
    }
    assert.ok(agreed / RUNS > 0.2, `Kconfiglib and conf agree about ${agreed} of ${RUNS} trees only`);
  });
});

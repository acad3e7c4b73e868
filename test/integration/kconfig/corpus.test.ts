import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Comparison, compareAll } from '../../parts/kconfig/compare.js';
import { CONF } from '../../parts/kconfig/conf.js';
import { corpusJobs, corpusNames } from '../../parts/kconfig/corpus.js';
import { memoryFolder } from '../../parts/kconfig/memory-folder.js';
import { lacking } from '../../parts/needs.js';

const skip = lacking({ programs: [CONF] });

describe('the Kconfig trees written by hand', { skip }, async () => {
  const folder = memoryFolder();
  after(() => folder.close());
  const names = corpusNames();
  const jobs = names.map((name) => corpusJobs(name, join(folder.path, name)));
  const results = skip === false ? await compareAll(jobs) : [];

  it('are many', () => assert.ok(names.length >= 40, String(names.length)));

  for (const [i, name] of names.entries()) {
    it(name, () => {
      for (const [j, comparison] of (results[i] ?? []).entries()) {
        const { mode, input } = jobs[i]?.[j] ?? assert.fail('there is a job for each result');
        check(comparison, `${mode}${input === undefined ? '' : ` with ${input}`}`);
      }
    });
  }
});

function check({ conf, ours }: Comparison, what: string): void {
  assert.ok(!conf.crashed, `${what}: conf crashed`);
  if (conf.written === undefined || ours.written === undefined) {
    assert.equal(
      ours.written === undefined,
      conf.written === undefined,
      `${what}: only one refuses: ${conf.stderr}${ours.refusal}`,
    );
    return;
  }
  assert.equal(ours.written, conf.written, what);
  assert.deepEqual(ours.messages, printed(conf.stdout), `${what}: what $(info) says`);
  assert.deepEqual([...ours.unmet].sort(), unmet(conf.stderr), `${what}: unmet dependencies`);
  const said = ours.problems.map(({ line }) => line);
  for (const line of warnedLines(conf.stderr)) {
    assert.ok(said.includes(line), `${what}: conf warns about line ${line}: ${conf.stderr}`);
  }
  for (const position of warnedPositions(conf.stderr)) {
    const places = ours.kconfig?.warnings.map((each) => `${each.position?.file}:${each.position?.line}`);
    assert.ok(
      places?.includes(position),
      `${what}: conf warns about ${position}: ${conf.stderr} (${places})`,
    );
  }
}

/** The lines of `$(info,…)`; conf itself speaks in remarks, and about comparisons with m. */
function printed(stdout: string): string[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !/^#|^boolean symbol \S+ tested for 'm'/.test(line));
}

function unmet(stderr: string): string[] {
  const names = [...stderr.matchAll(/unmet direct dependencies detected for (\S+)/g)].map(
    ([, name]) => name ?? '',
  );
  return [...new Set(names)].sort();
}

/** The lines of the .config that conf warns about. */
function warnedLines(stderr: string): number[] {
  return [...stderr.matchAll(/^\d+\.(?:config|all):(\d+):warning: /gm)].map(([, line]) => Number(line));
}

/** The lines of the Kconfig files that conf warns about. */
function warnedPositions(stderr: string): string[] {
  return [...stderr.matchAll(/^((?:sub\/)?Kconfig:\d+): ?(?:warning: )/gm)].map(
    ([, position]) => position ?? '',
  );
}

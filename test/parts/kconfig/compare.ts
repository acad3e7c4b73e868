import { type Job, type Outcome, runConf } from './conf.js';
import { type OurOutcome, runOurs } from './ours.js';

/** One run of both, with what came of it. */
export interface Comparison {
  readonly job: Job;
  readonly conf: Outcome;
  readonly ours: OurOutcome;
}

/** Runs conf and ours on every job; jobs of one folder stand together. */
export async function compareAll(cases: readonly (readonly Job[])[]): Promise<Comparison[][]> {
  const all = await runConf(cases.flat());
  let at = 0;
  return cases.map((jobs) => {
    const theirs = all.slice(at, at + jobs.length);
    at += jobs.length;
    const ours = runOurs(jobs);
    return jobs.map((job, i) => pair(job, theirs[i], ours[i]));
  });
}

function pair(job: Job, conf: Outcome | undefined, ours: OurOutcome | undefined): Comparison {
  if (conf === undefined || ours === undefined) throw new Error('each job has an outcome of both');
  return { job, conf, ours };
}

/** Whether both refused, or both wrote the same bytes. Where conf crashes there is nothing to compare with. */
export function isSame({ conf, ours }: Comparison): boolean {
  return conf.crashed || conf.written === ours.written;
}

/** A difference for people to read. */
export function showDifference({ job, conf, ours }: Comparison): string {
  const said = conf.stderr === '' ? '' : `\n(on standard error: ${conf.stderr})`;
  return [
    `--- ${job.mode}: conf`,
    `${conf.written ?? 'refused'}${said}`,
    `--- ${job.mode}: ours`,
    ours.written ?? `refused: ${ours.refusal}`,
  ].join('\n');
}

import { basename, join } from 'node:path';
import type { HostFacts } from './found.js';
import type { PlanOptions } from './plan.js';
import { type Before, checksum, type Entry, type HostRecord } from './record.js';
import type { HostPlan, HostStep } from './step.js';
import type { WantedFile } from './wanted.js';

const NOTHING: HostPlan = { steps: [], refused: [] };

/** What has to be done so that a file has the wanted content. */
export function planFile(
  wanted: WantedFile,
  facts: HostFacts,
  record: HostRecord,
  options: PlanOptions,
): HostPlan {
  const { whose, content, mode, owner } = wanted;
  const path = whose === 'theirs' ? facts.real(wanted.path) : wanted.path;
  const found = facts.at(path);
  const known = record.entries.find((entry) => entry.kind === 'file' && entry.path === wanted.path);
  const entry = known?.kind === 'file' ? known : undefined;
  const note = (sums: readonly string[], before: Before): Entry => ({
    kind: 'file',
    whose,
    path: wanted.path,
    sums,
    before,
  });
  const sum = checksum(content);
  const write = {
    kind: 'write-file',
    path,
    content,
    mode,
    ...(owner === undefined ? {} : { owner }),
  } as const;
  if (found.kind === 'absent') {
    const noted = note([sum], entry?.before ?? { kind: 'absent' });
    return { steps: [{ ...write, before: undefined, entry: noted }], refused: [] };
  }
  if (found.kind !== 'file') {
    const why = `${path} is no file`;
    return { steps: [], refused: [{ path, why, hint: `move ${path} away and try again` }] };
  }
  const present = checksum(found.bytes);
  if (present === sum) {
    if (whose === 'theirs') return NOTHING;
    const adopted: HostStep[] = entry?.sums.includes(sum)
      ? []
      : [{ kind: 'note', entry: note([sum], entry?.before ?? { kind: 'absent' }) }];
    const mended: HostStep[] = found.mode === mode ? [] : [{ kind: 'set-mode', path, mode }];
    return { steps: [...adopted, ...mended], refused: [] };
  }
  const isAsWritten = entry?.sums.includes(present) === true;
  if (whose === 'ours' && !isAsWritten && !options.force) {
    return {
      steps: [],
      refused: [
        {
          path,
          why: entry === undefined ? `${path} is there and is not ours` : `${path} was changed by hand`,
          hint: 'look at it, and give --force to have it replaced; what is there is kept',
        },
      ],
    };
  }
  if (isAsWritten && entry !== undefined) {
    return {
      steps: [{ ...write, before: found.bytes, entry: note([present, sum], entry.before) }],
      refused: [],
    };
  }
  const backup = join(options.backups, `${basename(wanted.path)}.${present.slice(0, 16)}`);
  const before: Before =
    // Of a file of theirs that was ours for a while and that they changed then, the first copy is kept and no undo by itself any more.
    entry?.before.kind === 'kept' && whose === 'theirs'
      ? { ...entry.before, exact: false }
      : entry?.before.kind === 'absent' && whose === 'theirs'
        ? { kind: 'kept', backup, exact: false }
        : (entry?.before ?? { kind: 'kept', backup, exact: true });
  return {
    steps: [{ ...write, before: found.bytes, backup, entry: note([present, sum], before) }],
    refused: [],
  };
}

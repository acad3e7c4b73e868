import type { HostFacts } from './found.js';
import { checksum, type Entry, type HostRecord, keyOf } from './record.js';
import type { HostPlan, HostStep, Refusal } from './step.js';

/** How what was done is undone. */
export interface UndoOptions {
  /** Whether files of ours that were changed by hand go too. */
  readonly force: boolean;
  /**
   * Of files of somebody else's, by path: the present content without our part, for those that were changed since. Undefined when nothing
   * would be left.
   */
  readonly edited: ReadonlyMap<string, string | undefined>;
  /** What is kept of a file before it was changed. */
  readonly backup?: (path: string) => Buffer | undefined;
}

/** What undoes all that is in a record, last thing first. Pure. */
export function planUndo(record: HostRecord, facts: HostFacts, options: UndoOptions): HostPlan {
  const plans = record.entries.toReversed().map((entry) => undoEntry(entry, facts, options));
  return { steps: plans.flatMap(({ steps }) => steps), refused: plans.flatMap(({ refused }) => refused) };
}

/** What undoes one thing. */
export function undoEntry(entry: Entry, facts: HostFacts, options: UndoOptions): HostPlan {
  const drops = keyOf(entry);
  const one = (step: HostStep): HostPlan => ({ steps: [step], refused: [] });
  switch (entry.kind) {
    case 'undo':
      return one({ kind: 'perform', action: entry.action, drops });
    case 'folder':
      return one({ kind: 'remove-folder', path: entry.path, drops });
    case 'tree':
      return one({ kind: 'remove-tree', path: entry.path, drops });
    case 'link': {
      const found = facts.at(entry.path);
      const isOurs = found.kind === 'link' && entry.targets.includes(found.target);
      return one(isOurs ? { kind: 'remove-link', path: entry.path, drops } : { kind: 'note', drops });
    }
    case 'file':
      return undoFile(entry, facts, options);
  }
}

function undoFile(
  entry: Entry & { readonly kind: 'file' },
  facts: HostFacts,
  options: UndoOptions,
): HostPlan {
  const { whose, before } = entry;
  const drops = keyOf(entry);
  const path = whose === 'theirs' ? facts.real(entry.path) : entry.path;
  const found = facts.at(path);
  const one = (step: HostStep): HostPlan => ({ steps: [step], refused: [] });
  // Somebody removed it, or put something else there: that is theirs.
  if (found.kind !== 'file') return one({ kind: 'note', drops });
  const write = (content: string | Buffer) =>
    one({ kind: 'write-file', path, content, mode: found.mode, before: found.bytes, drops });
  const remove = () => one({ kind: 'remove-file', path, before: found.bytes, drops });
  const isAsWritten = entry.sums.includes(checksum(found.bytes));
  if (isAsWritten && before.kind === 'absent') return remove();
  const backup = before.kind === 'kept' ? options.backup?.(before.backup) : undefined;
  if (isAsWritten && before.kind === 'kept' && before.exact && backup !== undefined) {
    // Noted but not done when it was cut short: it is as it was.
    return backup.equals(found.bytes) ? one({ kind: 'note', drops }) : write(backup);
  }
  if (options.edited.has(entry.path)) {
    const left = options.edited.get(entry.path);
    if (left === undefined) return remove();
    return Buffer.from(left).equals(found.bytes) ? one({ kind: 'note', drops }) : write(left);
  }
  if (whose === 'ours' && options.force) return backup === undefined ? remove() : write(backup);
  return { steps: [], refused: [changed(path, whose)] };
}

function changed(path: string, whose: 'ours' | 'theirs'): Refusal {
  const hint =
    whose === 'ours'
      ? 'look at it, and give --force to have it removed'
      : 'take what concerns the mirror out of it by hand';
  return { path, why: `${path} was changed since it was written here`, hint };
}

import type { HostFacts } from './found.js';
import { withParents } from './parents.js';
import { planFile } from './plan-file.js';
import { actionKey, type Entry, type HostRecord, keyOf } from './record.js';
import type { HostPlan, HostStep, Refusal } from './step.js';
import { type UndoOptions, undoEntry } from './undo.js';
import type { Wanted, WantedAction, WantedFile, WantedFolder, WantedLink, WantedTree } from './wanted.js';

/** How a host is to be changed. */
export interface PlanOptions {
  /** Whether files of ours that were changed by hand are written anew, and what stands in the way is put aside. */
  readonly force: boolean;
  /** The folder in which what was there before is kept. */
  readonly backups: string;
}

/**
 * What has to be done so that the host has what is wanted: nothing that is done already, and what was done earlier and is no longer
 * wanted is undone. Pure.
 */
export function planHost(
  listed: readonly Wanted[],
  facts: HostFacts,
  record: HostRecord,
  options: PlanOptions,
): HostPlan {
  const wanted = withParents(listed);
  const steps: HostStep[] = [];
  const refused: Refusal[] = [];
  const take = (plan: HostPlan) => {
    steps.push(...plan.steps);
    refused.push(...plan.refused);
  };
  const kept = new Set(wanted.flatMap(keysOf));
  const obsolete = record.entries.filter((entry) => !kept.has(keyOf(entry))).reverse();
  const undo: UndoOptions = { force: options.force, edited: new Map() };
  for (const entry of obsolete) if (entry.kind === 'undo') take(undoEntry(entry, facts, undo));
  for (const item of wanted) {
    if (item.kind === 'action') continue;
    take(planItem(item, facts, record, options));
  }
  const removals = obsolete.filter(({ kind }) => kind !== 'undo' && kind !== 'tree');
  for (const entry of removals) take(undoEntry(entry, facts, undo));
  const changed = steps.flatMap((step) => ('path' in step ? [step.path] : []));
  const pending = new Set(record.pending.map(actionKey));
  for (const item of wanted) {
    if (item.kind !== 'action') continue;
    const entry: Entry | undefined = item.undo && { kind: 'undo', action: item.undo };
    const isNew = entry !== undefined && !isNoted(record, entry);
    if (!isNew && !pending.has(actionKey(item.action)) && !isDue(item, changed)) continue;
    steps.push({ kind: 'perform', action: item.action, ...(entry === undefined ? {} : { entry }) });
  }
  // What ran from there was started again by now.
  for (const entry of obsolete) if (entry.kind === 'tree') take(undoEntry(entry, facts, undo));
  return { steps, refused };
}

function keysOf(item: Wanted): string[] {
  if (item.kind === 'after-undo') return [actionKey(item.action)];
  if (item.kind === 'action') return item.undo === undefined ? [] : [actionKey(item.undo)];
  return [item.path];
}

function isDue({ on }: WantedAction, changed: readonly string[]): boolean {
  if (on === 'always') return true;
  return on.some((path) => changed.some((other) => other === path || other.startsWith(`${path}/`)));
}

function planItem(
  item: Exclude<Wanted, WantedAction>,
  facts: HostFacts,
  record: HostRecord,
  options: PlanOptions,
): HostPlan {
  switch (item.kind) {
    case 'folder':
      return planFolder(item, facts, record);
    case 'link':
      return planLink(item, facts, record, options);
    case 'tree':
      return planTree(item, facts, record);
    case 'file':
      return planFile(item as WantedFile, facts, record, options);
    case 'after-undo': {
      const entry: Entry = { kind: 'undo', action: item.action };
      const isKnown = isNoted(record, entry);
      return { steps: isKnown ? [] : [{ kind: 'note', entry }], refused: [] };
    }
  }
}

function planFolder({ path, mode, owner }: WantedFolder, facts: HostFacts, record: HostRecord): HostPlan {
  const { kind } = facts.at(facts.real(path));
  if (kind === 'folder') return { steps: [], refused: [] };
  if (kind !== 'absent') return { steps: [], refused: [inTheWay(path, 'a folder is needed there')] };
  const entry: Entry = { kind: 'folder', path };
  const noted = record.entries.some((other) => keyOf(other) === path) ? {} : { entry };
  return {
    steps: [{ kind: 'make-folder', path, mode, ...(owner === undefined ? {} : { owner }), ...noted }],
    refused: [],
  };
}

function planTree({ path, files }: WantedTree, facts: HostFacts, record: HostRecord): HostPlan {
  const found = facts.at(path);
  const isNoted = record.entries.some((other) => keyOf(other) === path);
  const entry: Entry = { kind: 'tree', path };
  if (found.kind === 'folder' && found.isWhole === true) {
    return { steps: isNoted ? [] : [{ kind: 'note', entry }], refused: [] };
  }
  const isInTheWay = found.kind !== 'absent' && found.kind !== 'folder';
  if (isInTheWay) return { steps: [], refused: [inTheWay(path, 'a folder is needed there')] };
  return { steps: [{ kind: 'place-tree', path, files, ...(isNoted ? {} : { entry }) }], refused: [] };
}

function planLink(
  { path, target }: WantedLink,
  facts: HostFacts,
  record: HostRecord,
  { force }: PlanOptions,
): HostPlan {
  const found = facts.at(path);
  const known = record.entries.find((entry) => entry.kind === 'link' && entry.path === path);
  const targets = known?.kind === 'link' ? known.targets : [];
  if (found.kind === 'link' && found.target === target) {
    const entry: Entry = { kind: 'link', path, targets: [target] };
    return { steps: targets.includes(target) ? [] : [{ kind: 'note', entry }], refused: [] };
  }
  const isOurs = found.kind === 'link' && (targets.includes(found.target) || force);
  if (found.kind !== 'absent' && !isOurs) {
    return { steps: [], refused: [inTheWay(path, `a link to ${target} is needed there`)] };
  }
  const old = found.kind === 'link' ? [found.target] : [];
  return {
    steps: [{ kind: 'make-link', path, target, entry: { kind: 'link', path, targets: [...old, target] } }],
    refused: [],
  };
}

function inTheWay(path: string, why: string): Refusal {
  return { path, why: `something else is at ${path}: ${why}`, hint: `move ${path} away and try again` };
}

function isNoted({ entries }: HostRecord, entry: Entry): boolean {
  return entries.some((other) => keyOf(other) === keyOf(entry));
}

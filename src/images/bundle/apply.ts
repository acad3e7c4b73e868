import { join } from 'node:path';
import { ensureFolder } from '../../host/files.js';
import type { UpstreamHosts } from '../../oci/stored-name.js';
import type { Store } from '../../store/port.js';
import { ImageError } from '../archive-error.js';
import { formatBytes } from '../update-event.js';
import { Application } from './application.js';
import { noteApplied, readApplied, wasApplied } from './applied-record.js';
import type { ApplyEvent, ApplySummary } from './events.js';
import { Intake } from './intake.js';
import { lookAtStore } from './look-at-store.js';
import { type ApplyPlan, planApply } from './plan-apply.js';
import { checkFront, type Opened } from './read-bundle.js';
import { refusal } from './refusal.js';
import type { Tape } from './tape.js';
import { placeUnits } from './units-here.js';

/** How a bundle is applied. */
export interface ApplyOptions {
  readonly store: Store;
  readonly hosts: UpstreamHosts;
  /** Whose signature it has; undefined: it is taken without one. */
  readonly signer: string | undefined;
  /** Whether what was pushed here is replaced. */
  readonly force: boolean;
  /** Whether what can be applied is, when something cannot. */
  readonly partial: boolean;
  /** Whether nothing is done. */
  readonly dryRun: boolean;
  /** Bytes that there is room for. */
  readonly room: number;
  /** A folder for what is to be known from one application to the next. */
  readonly state: string;
  readonly signal: AbortSignal;
}

/**
 * Applies a bundle whose signature was checked. Images become visible one after the other, each once all of it is here. Nothing is changed when
 * something is missing or in the way, unless what can be applied is to be.
 * @throws MirrorError; images that were told of are there
 */
export async function applyBundle(
  file: string,
  tape: Tape,
  opened: Opened,
  options: ApplyOptions,
  tell: (event: ApplyEvent) => void,
): Promise<ApplySummary> {
  const { store, hosts, signer, signal } = options;
  const record = join(options.state, 'applied.json');
  const { list } = opened;
  const units = placeUnits(list, hosts);
  const applied = await readApplied(record);
  const facts = await lookAtStore(list, units, {
    store,
    isTrusted: signer !== undefined,
    wasApplied: (...words) => wasApplied(applied, ...words),
    signal,
  });
  const plan = planApply(list, units, facts, options.force);
  for (const { unit, problem } of plan.refused) tell({ event: 'refused', file, image: unit.name, problem });
  if (plan.refused.length > 0 && !options.partial) throw refusal(plan.refused, list, signer !== undefined);
  requireRoom(plan, options.room);
  tell({
    event: 'begun',
    file,
    created: list.created,
    key: signer ?? null,
    images: plan.units.length,
    bytes: plan.bytes,
  });
  if (options.dryRun) return new Application(file, plan, options, tell).announce();
  await ensureFolder(options.state);
  await noteApplied(record, applied, plan.units, facts.tag);
  await checkFront(tape, opened);
  const intake = await Intake.open(store, tape, join(options.state, 'applying.json'));
  const summary = await new Application(file, plan, options, tell).run(opened, intake);
  await intake.close();
  return summary;
}

function requireRoom({ newBytes }: ApplyPlan, room: number): void {
  if (newBytes <= room) return;
  throw new ImageError(`${formatBytes(newBytes)} are to be stored, and ${formatBytes(room)} are free`, {
    hint: 'make room on the disk that holds the mirror',
  });
}

import { MirrorError } from '../errors.js';
import type { ArchiveEvent, ArchiveSummary } from './archive/archive-all.js';
import type { ArchiveOutcome } from './last-update.js';
import type { UpdateEvent } from './update-event.js';

/**
 * Writes the archives that are to be written after an update.
 * @throws MirrorError when none can be written; the signal's reason
 */
export type ArchiveStep = (
  tell: (event: ArchiveEvent) => void,
  signal: AbortSignal,
) => Promise<ArchiveSummary>;

/** Who is told of archives. */
export interface ArchiveProgress {
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: ArchiveOutcome) => void;
  readonly tell: (event: UpdateEvent) => void;
}

/**
 * Carries it out. That archives cannot be written fails them, and not the update.
 * @throws the signal's reason
 */
export async function updateArchives(
  step: ArchiveStep,
  { signal, onOutcome, tell }: ArchiveProgress,
): Promise<ArchiveSummary> {
  const over = (outcome: ArchiveOutcome) => {
    onOutcome(outcome);
    tell({ event: 'archive', ...outcome });
  };
  try {
    return await step((event) => {
      if (event.event === 'begun') tell({ ...event, event: 'archiving' });
      else if (event.event === 'progress') tell({ ...event, event: 'packing' });
      else if (event.event !== 'ended') over(asOutcome(event));
    }, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof MirrorError)) throw error;
    const { message, hint } = error;
    over(asOutcome({ event: 'failed', image: 'every image', problem: message, hint: hint ?? null }));
    return { written: 0, unchanged: 0, failed: 1 };
  }
}

function asOutcome(event: ArchiveEvent & { readonly event: 'archived' | 'failed' }): ArchiveOutcome {
  const { image } = event;
  if (event.event === 'archived') {
    return { image, state: event.state, path: event.path, bytes: event.size, problem: null };
  }
  const { problem, hint } = event;
  const whole = hint === null ? problem : `${problem}: ${hint}`;
  return { image, state: 'failed', path: null, bytes: 0, problem: whole };
}

import {
  isProgramRunning,
  isSupervisorRunning,
  readState,
  type SupervisorState,
} from '../host/supervisor/state.js';
import type { Layout } from '../render/layout.js';

/** What runs of a mirror. */
export interface MirrorState {
  /** As the supervisor last wrote it; undefined when there never was one. */
  readonly state: SupervisorState | undefined;
  readonly supervised: boolean;
  readonly programRunning: boolean;
}

/**
 * Looks what runs of a mirror.
 * @throws FileError, StateError when the state cannot be read
 */
export async function lookAtMirror(layout: Layout): Promise<MirrorState> {
  const state = await readState(layout.run);
  const [supervised, programRunning] = await Promise.all([
    isSupervisorRunning(state),
    isProgramRunning(state),
  ]);
  return { state, supervised, programRunning };
}

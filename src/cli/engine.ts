import type { Engine } from './engine-port.js';
import { CommandFailure } from './errors.js';

/** The engine of this program. */
export const ENGINE: Engine = {
  async loadConfig(path) {
    throw new CommandFailure(`this build has no engine yet and cannot read ${path}`);
  },
  async start() {
    throw new CommandFailure('this build has no engine yet');
  },
};

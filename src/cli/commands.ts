import { checkConfigCommand } from './check-config.js';
import { cleanCommand } from './clean.js';
import type { Command } from './command.js';
import { completionCommand } from './completion.js';
import { logsCommand } from './logs.js';
import { restartCommand } from './restart.js';
import { serveCommand } from './serve.js';
import { startCommand } from './start.js';
import { statusCommand } from './status.js';
import { stopCommand } from './stop.js';
import { superviseCommand } from './supervise.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  startCommand,
  stopCommand,
  restartCommand,
  statusCommand,
  logsCommand,
  cleanCommand,
  serveCommand,
  checkConfigCommand,
  completionCommand,
  superviseCommand,
];

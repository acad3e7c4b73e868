import { archiveCommand } from './archive.js';
import { checkConfigCommand } from './check-config.js';
import { cleanCommand } from './clean.js';
import type { AnyCommand } from './command.js';
import { completionCommand } from './completion.js';
import { configCommand } from './config.js';
import { importCommand } from './import.js';
import { logsCommand } from './logs.js';
import { menuconfigCommand } from './menuconfig.js';
import { restartCommand } from './restart.js';
import { serveCommand } from './serve.js';
import { startCommand } from './start.js';
import { statusCommand } from './status.js';
import { stopCommand } from './stop.js';
import { superviseCommand } from './supervise.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly AnyCommand[] = [
  startCommand,
  stopCommand,
  restartCommand,
  statusCommand,
  logsCommand,
  cleanCommand,
  archiveCommand,
  importCommand,
  serveCommand,
  checkConfigCommand,
  configCommand,
  menuconfigCommand,
  completionCommand,
  superviseCommand,
];

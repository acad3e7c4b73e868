import { applyCommand } from './apply.js';
import { checkConfigCommand } from './check-config.js';
import { cleanCommand } from './clean.js';
import type { AnyCommand } from './command.js';
import { completionCommand } from './completion.js';
import { configCommand } from './config.js';
import { logsCommand } from './logs.js';
import { menuconfigCommand } from './menuconfig.js';
import { planCommand } from './plan.js';
import { restartCommand } from './restart.js';
import { serveCommand } from './serve.js';
import { startCommand } from './start.js';
import { statusCommand } from './status.js';
import { stopCommand } from './stop.js';
import { superviseCommand } from './supervise.js';
import { uninstallCommand } from './uninstall.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly AnyCommand[] = [
  applyCommand,
  planCommand,
  uninstallCommand,
  startCommand,
  stopCommand,
  restartCommand,
  statusCommand,
  logsCommand,
  cleanCommand,
  serveCommand,
  checkConfigCommand,
  configCommand,
  menuconfigCommand,
  completionCommand,
  superviseCommand,
];

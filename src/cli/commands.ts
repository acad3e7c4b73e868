import { applyCommand } from './apply.js';
import { archiveCommand } from './archive.js';
import { bundleCommand } from './bundle.js';
import { checkConfigCommand } from './check-config.js';
import { cleanCommand } from './clean.js';
import { clientCommand } from './client.js';
import type { AnyCommand } from './command.js';
import { completionCommand } from './completion.js';
import { configCommand } from './config.js';
import { doctorCommand } from './doctor.js';
import { imagesCommand } from './images.js';
import { importCommand } from './import.js';
import { leaseCommand } from './lease.js';
import { logsCommand } from './logs.js';
import { menuconfigCommand } from './menuconfig.js';
import { nfsCommand } from './nfs.js';
import { planCommand } from './plan.js';
import { pullCommand } from './pull.js';
import { renderCommand } from './render.js';
import { restartCommand } from './restart.js';
import { rewriteCommand } from './rewrite.js';
import { scanCommand } from './scan.js';
import { serveCommand } from './serve.js';
import { startCommand } from './start.js';
import { statusCommand } from './status.js';
import { stopCommand } from './stop.js';
import { superviseCommand } from './supervise.js';
import { uninstallCommand } from './uninstall.js';
import { updateCommand } from './update.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly AnyCommand[] = [
  applyCommand,
  planCommand,
  uninstallCommand,
  startCommand,
  stopCommand,
  restartCommand,
  statusCommand,
  doctorCommand,
  logsCommand,
  updateCommand,
  pullCommand,
  imagesCommand,
  leaseCommand,
  cleanCommand,
  archiveCommand,
  importCommand,
  bundleCommand,
  rewriteCommand,
  serveCommand,
  checkConfigCommand,
  scanCommand,
  configCommand,
  menuconfigCommand,
  clientCommand,
  nfsCommand,
  renderCommand,
  completionCommand,
  superviseCommand,
];

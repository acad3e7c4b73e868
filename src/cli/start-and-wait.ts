import { portHolder } from '../host/port-holder.js';
import type { Layout } from '../render/layout.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { LoadedSettings } from '../settings/load-settings.js';
import { awaitMirror } from './await-mirror.js';
import type { CliContext } from './command.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { launchSupervisor } from './launch-supervisor.js';
import { lookAtMirror } from './mirror-state.js';
import { noteDuties } from './note-duties.js';
import { isPortTaken, mirrorFolderOf, portTakenError } from './port-conflict.js';
import { welcome } from './welcome.js';

/** A mirror that is set up. */
export interface ReadyMirror {
  readonly layout: Layout;
  /** Its configuration in force. */
  readonly config: EngineConfig;
  /** Whether it is to be started; else it runs. */
  readonly starts: boolean;
  readonly settings: LoadedSettings;
}

/** Starts a mirror if it does not run, waits until it answers, and says where it is. */
export async function startAndWait(mirror: ReadyMirror, context: CliContext): Promise<ExitCode> {
  const { layout, config, starts, settings } = mirror;
  if (starts && (await isPortTaken(config.http))) await refuseUnlessOurs(layout, config);
  await noteDuties(layout, settings);
  const launched = starts ? await launchSupervisor(layout, config.http, context) : undefined;
  const supervisor = await awaitMirror(layout, config.http, launched, context);
  const started = launched !== undefined && launched === supervisor;
  context.stdout.write(welcome(mirror, started));
  return EXIT.ok;
}

/** The port may be held by this very mirror: by another start's that is a moment ahead, or by one whose supervisor was killed. */
async function refuseUnlessOurs(layout: Layout, config: EngineConfig): Promise<void> {
  const { port } = config.http.listen;
  const [holder, { state }] = await Promise.all([portHolder(port), lookAtMirror(layout)]);
  if (holder !== undefined) {
    if (mirrorFolderOf(holder) === layout.root || state?.program?.pid === holder.pid) return;
  }
  throw await portTakenError(port, layout.config);
}

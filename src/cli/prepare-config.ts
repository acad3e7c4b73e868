import { readTextIfThere } from '../host/files.js';
import { decidePort } from '../render/kept-port.js';
import type { Layout } from '../render/layout.js';
import {
  isOurs,
  type KeptPort,
  type MadeRecord,
  readRecord,
  type Standing,
  standingOf,
} from '../render/record.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { LoadedSettings } from '../settings/load-settings.js';
import type { MirrorSettings } from '../settings/settings.js';
import type { CliContext } from './command.js';
import type { ConfigProblem } from './engine-port.js';
import { CommandFailure } from './errors.js';

/** What config.yml should be, and what there is. */
export interface PreparedConfig {
  /** As the settings would have it. */
  readonly text: string;
  readonly wanted: EngineConfig;
  /** What of the environment's `REGISTRY_` variables has no effect. */
  readonly warnings: readonly ConfigProblem[];
  /** What is there; undefined when nothing is. */
  readonly present: string | undefined;
  readonly standing: Standing;
  /** Whether the record knows the file that is there to be as rendered. */
  readonly isNoted: boolean;
  /** The port to be kept from now on, and what the record has. */
  readonly port: { readonly kept: KeptPort | undefined; readonly noted: KeptPort | undefined };
  readonly settings: LoadedSettings;
}

/**
 * Renders config.yml from the settings, in memory, and compares it with the one that is there.
 * @param port the port that was asked for; undefined when none was
 * @throws MirrorError when the settings cannot be used
 */
export async function prepareConfig(
  layout: Layout,
  port: number | undefined,
  settings: LoadedSettings,
  context: CliContext,
): Promise<PreparedConfig> {
  // Loaded when they are needed: every other command starts faster without.
  const [{ renderRegistryConfig }, { parseEngineConfig }] = await Promise.all([
    import('../render/registry-config.js'),
    import('../settings/load-config.js'),
  ]);
  const mirror = mirrorOf(settings);
  const [record, content] = await Promise.all([readRecord(layout.made), readTextIfThere(layout.config)]);
  const kept = record.port ?? (await portBeforeSettings(record, content, mirror, layout, context));
  const decided = decidePort({ asked: port, setting: mirror.place.port, kept });
  const text = renderRegistryConfig(mirror, layout, decided.port);
  // The environment is laid over what is in force, so over what is compared with it as well.
  const { config, warnings } = parseEngineConfig(
    text,
    `config.yml rendered from ${settings.file}`,
    context.env,
  );
  return {
    text,
    wanted: config,
    warnings,
    present: content,
    standing: standingOf(record, layout.config, content, text),
    isNoted: content !== undefined && isOurs(record, layout.config, content),
    port: { kept: decided.kept, noted: record.port },
    settings,
  };
}

/** The mirror that settings set up on this host. @throws CommandFailure when there is none, or this version cannot make it so */
export function mirrorOf({ settings: { mirror }, file }: LoadedSettings): MirrorSettings {
  if (mirror === undefined) {
    throw new CommandFailure(`${file} says that no mirror is set up on this host`, {
      hint: 'to have one, run "docker-mirror config set ENABLE_DOCKER_MIRROR=y INSTALL_DOCKER_MIRROR=y"',
    });
  }
  if (mirror.tls.kind === 'local-ca') {
    // Serving without the encryption that was asked for would be worse than not to serve.
    throw new CommandFailure('DOCKER_MIRROR_TLS_LOCAL_CA: this version makes no certificate authority yet', {
      hint: 'make a certificate and set DOCKER_MIRROR_TLS_FILES=y, or DOCKER_MIRROR_TLS_NONE=y',
    });
  }
  return mirror;
}

/** Versions without settings wrote the port that was asked for into config.yml, and only there. */
async function portBeforeSettings(
  record: MadeRecord,
  content: string | undefined,
  { place }: MirrorSettings,
  layout: Layout,
  { engine, env }: CliContext,
): Promise<KeptPort | undefined> {
  if (!record.isBeforeSettings || content === undefined || !isOurs(record, layout.config, content)) {
    return undefined;
  }
  const { port } = (await engine.loadConfig(layout.config, env)).config.http.listen;
  return port === place.port ? undefined : { port, over: place.port };
}

import { readTextIfThere } from '../host/files.js';
import type { UpstreamHosts } from '../oci/stored-name.js';
import type { Layout } from '../render/layout.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { Store } from '../store/port.js';
import type { CliContext } from './command.js';
import { CommandFailure } from './errors.js';

/** The content of a mirror, whether it runs or not. */
export interface OpenStore {
  readonly config: EngineConfig;
  readonly hosts: UpstreamHosts;
  readonly store: Store;
}

/**
 * The configuration of a mirror that was set up.
 * @throws CommandFailure when it was not
 */
export async function configOf(layout: Layout, { engine, env }: CliContext): Promise<EngineConfig> {
  if ((await readTextIfThere(layout.config)) === undefined) {
    throw new CommandFailure(`there is no mirror in ${layout.root}`, {
      hint: 'run "docker-mirror start", or say where it is with --path',
    });
  }
  return (await engine.loadConfig(layout.config, env)).config;
}

/** Opens what a mirror stores. To be closed. */
export async function openStore(config: EngineConfig): Promise<OpenStore> {
  const { createDistributionStore } = await import('../store/distribution.js');
  const upstreams = new Map(config.upstreams.map((upstream) => [upstream.host, upstream]));
  const defaultHost = config.upstreams.find(({ isDefault }) => isDefault)?.host;
  const store = createDistributionStore({ rootDirectory: config.storage.rootDirectory });
  return { config, hosts: { upstreams, defaultHost }, store };
}

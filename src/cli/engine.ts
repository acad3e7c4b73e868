import type { AddressInfo } from 'node:net';
import { formatListenAddress } from '../settings/listen-address.js';
import type { Engine } from './engine-port.js';

/** The engine of this program. Loaded when it is needed: most commands do without it. */
export const ENGINE: Engine = {
  async loadConfig(path, env) {
    const { loadEngineConfig } = await import('../settings/load-config.js');
    return loadEngineConfig(path, env);
  },
  async checkFiles(path, config, env) {
    const { checkFiles } = await import('./check-files.js');
    await checkFiles(path, config, env);
  },
  async start(config, logger, env) {
    const { startEngine } = await import('./start-engine.js');
    const engine = await startEngine({ config, logger, env });
    return { addresses: engine.listeners.addresses.map(describe), close: engine.close };
  },
};

function describe({ address, port }: AddressInfo): string {
  return formatListenAddress({ host: address, port });
}

import type { AddressInfo } from 'node:net';
import { formatListenAddress } from '../settings/listen-address.js';
import { loadEngineConfig } from '../settings/load-config.js';
import type { Engine } from './engine-port.js';
import { startEngine } from './start-engine.js';

/** The engine of this program. */
export const ENGINE: Engine = {
  loadConfig: loadEngineConfig,
  async start(config, logger, env) {
    const engine = await startEngine({ config, logger, env });
    return { addresses: engine.listeners.addresses.map(describe), close: engine.close };
  },
};

function describe({ address, port }: AddressInfo): string {
  return formatListenAddress({ host: address, port });
}

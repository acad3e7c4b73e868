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
  async start(config, logger, env, sockets = {}) {
    const [{ startEngine }, { formatListenAddress }] = await Promise.all([
      import('./start-engine.js'),
      import('../settings/listen-address.js'),
    ]);
    const engine = await startEngine({ config, logger, env, ...sockets });
    const addresses = engine.listeners.addresses.map(({ address, port }) =>
      formatListenAddress({ host: address, port }),
    );
    return { addresses, check: engine.check, close: engine.close };
  },
};

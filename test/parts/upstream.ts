import { asPart, Parts } from './cleanup.js';
import { type CountingProxy, startCountingProxy } from './counting-proxy.js';
import { type CountingRegistryProxy, startCountingRegistryProxy } from './counting-registry-proxy.js';
import type { AnyImage } from './images.js';
import { publish } from './publish.js';
import type { RegistryAccess } from './registry-client.js';
import { type StockRegistry, startStockRegistry } from './stock-registry.js';
import { startTokenServer, type TokenServer, type TokenServerOptions } from './token-server.js';

/** What an upstream is in the end-to-end tests: stock Distribution behind token authentication, with a counter in front. */
export interface TestUpstream extends AsyncDisposable {
  /** Where the mirror finds it: the counter. */
  readonly endpoint: string;
  /** For pushing to it directly, past the counter. */
  readonly access: Required<Pick<RegistryAccess, 'url' | 'username' | 'password'>>;
  readonly counter: CountingRegistryProxy;
  /** Between the counter and the registry: what makes it slow, or break. */
  readonly link: CountingProxy;
  readonly registry: StockRegistry;
  readonly tokens: TokenServer;
  publish(image: AnyImage, repository: string, tag: string): Promise<void>;
  /** Takes it off: connections are refused, by the token server too. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts an upstream. With `privatePull`, pulling needs the credentials of `access`. */
export async function startUpstream(
  options: Omit<TokenServerOptions, 'username' | 'password'> = {},
): Promise<TestUpstream> {
  const parts = new Parts();
  const credentials = { username: 'builder', password: 'a secret: with a colon' };
  try {
    const tokens = parts.add(await startTokenServer({ ...credentials, ...options }));
    const registry = parts.add(await startStockRegistry({ tokens }));
    const link = parts.add(await startCountingProxy(registry.port));
    const counter = parts.add(await startCountingRegistryProxy(link.url));
    const access = { url: registry.url, ...credentials };
    return {
      endpoint: counter.url,
      access,
      counter,
      link,
      registry,
      tokens,
      publish: (image, repository, tag) => publish(image, { ...access, repository, tag }),
      stop: async () => {
        await Promise.all([counter.stop(), tokens.stop(), registry.stop()]);
      },
      start: async () => {
        await Promise.all([counter.start(), tokens.start(), registry.start()]);
      },
      ...asPart(() => parts.close()),
    };
  } catch (error) {
    await parts.close();
    throw error;
  }
}

import type { EngineConfig, UpstreamConfig } from '#src/settings/engine-config.js';

/** An upstream of a test: the host it is configured under, and where it is. The first one is the default. */
export interface TestUpstream {
  readonly host: string;
  readonly endpoint: URL;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** What differs from one test's configuration to another's. */
export interface TestEngineOptions {
  readonly root: string;
  readonly upstreams: readonly TestUpstream[];
  /** The first upstream is not the default one either. */
  readonly noDefault?: boolean | undefined;
  readonly log: EngineConfig['log']['level'];
  readonly htpasswd?: EngineConfig['htpasswd'];
  readonly storage?: Partial<EngineConfig['storage']> | undefined;
  readonly http?: Partial<EngineConfig['http']> | undefined;
  readonly mirror?: Partial<EngineConfig['mirror']> | undefined;
}

/** A configuration for a test: on loopback, without timers of its own. */
export function testEngineConfig(options: TestEngineOptions): EngineConfig {
  const upstreams = options.upstreams.map(
    ({ host, endpoint, username, password }, position): UpstreamConfig => ({
      host,
      endpoint,
      ca: undefined,
      username,
      password,
      isDefault: position === 0 && options.noDefault !== true,
    }),
  );
  return {
    log: { level: options.log, formatter: 'json', accessLog: options.log === 'debug', fields: {} },
    storage: {
      rootDirectory: options.root,
      deleteEnabled: true,
      readOnly: false,
      uploadPurging: { enabled: false, age: 0, interval: 0, dryRun: false },
      ...options.storage,
    },
    http: {
      listen: { host: '127.0.0.1', port: 0 },
      host: undefined,
      relativeUrls: false,
      headers: {},
      tls: undefined,
      debug: undefined,
      ...options.http,
    },
    htpasswd: options.htpasswd,
    health: { storage: { enabled: false, interval: 0, threshold: 0 } },
    upstreams,
    mirror: {
      credentials: undefined,
      revalidate: 60_000,
      keepDigests: 3,
      offline: false,
      push: 'loopback',
      images: undefined,
      ...options.mirror,
    },
  };
}

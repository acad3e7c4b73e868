/** The engine's configuration, as read from config.yml: durations in milliseconds, defaults filled in, everything checked. */
export interface EngineConfig {
  readonly log: LogConfig;
  readonly storage: StorageConfig;
  readonly http: HttpConfig;
  /** Who may come in at all; everybody when absent. */
  readonly htpasswd: HtpasswdConfig | undefined;
  readonly health: HealthConfig;
  /** The upstreams, the default one first if there is one. None: a plain registry. */
  readonly upstreams: readonly UpstreamConfig[];
  readonly mirror: MirrorConfig;
}

export interface LogConfig {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  /** `auto`: readable on a terminal, JSON elsewhere. */
  readonly formatter: 'text' | 'json' | 'auto';
  /** One line for each finished request. */
  readonly accessLog: boolean;
  /** Added to every line, as Distribution's `log.fields`. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface StorageConfig {
  readonly rootDirectory: string;
  readonly deleteEnabled: boolean;
  /** No pushes, no deletes; pull-through still stores. */
  readonly readOnly: boolean;
  readonly uploadPurging: {
    readonly enabled: boolean;
    readonly age: number;
    readonly interval: number;
    readonly dryRun: boolean;
  };
}

export interface HttpConfig {
  readonly listen: ListenAddress;
  /** Where it listens besides (`mirror.listen`). */
  readonly alsoListen?: readonly ListenAddress[];
  /** External base URL for Location headers; taken from the request when absent. */
  readonly host: URL | undefined;
  readonly relativeUrls: boolean;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly tls: TlsConfig | undefined;
  /** Milliseconds that transfers in flight get to finish when the mirror is told to stop; `loadEngineConfig` always fills it in. */
  readonly drainTimeout?: number;
  /** Where `/debug/health` is served; not at all when absent. */
  readonly debug: ListenAddress | undefined;
}

/** `localhost:5000` means both loopback families; `:5000` means every address. */
export interface ListenAddress {
  /** As written, without the port and without the brackets of an IPv6 address; empty for every address. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface TlsConfig {
  readonly certificate: string;
  readonly key: string;
  readonly clientCAs: readonly string[];
  readonly minimumTls: 'TLSv1.2' | 'TLSv1.3';
  /** OpenSSL's names of the TLS 1.2 suites allowed; the usual ones when absent. */
  readonly cipherSuites?: readonly string[];
}

export interface HtpasswdConfig {
  readonly realm: string;
  readonly path: string;
}

export interface HealthConfig {
  readonly storage: { readonly enabled: boolean; readonly interval: number; readonly threshold: number };
}

/** One upstream registry. */
export interface UpstreamConfig {
  /** Its name in references: `docker.io`, `ghcr.io`, `registry.example.com:5000`. */
  readonly host: string;
  /** Where it is reached. */
  readonly endpoint: URL;
  /** PEM file with the authorities to trust instead of the system's. */
  readonly ca: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Its repositories keep their own names in the store; at most one. */
  readonly isDefault: boolean;
}

export interface MirrorConfig {
  /** A docker/podman auth.json; undefined: no credentials but those of `proxy`. */
  readonly credentials: string | undefined;
  /** A tag confirmed this recently is served without asking. */
  readonly revalidate: number;
  /** How many of the last digests of an upstream's tag are remembered, the one of now included. */
  readonly keepDigests: number;
  readonly offline: boolean;
  /** For what is fetched while nobody waits for it: bytes a second for all of it together. No limit when absent. */
  readonly background?: { readonly bandwidth: number };
  readonly push: 'none' | 'loopback' | 'authenticated';
  /** The list of images to keep, whose names without the first component are aliases. */
  readonly images: string | undefined;
}

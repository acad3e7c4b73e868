import { formatBandwidth } from './bandwidth.js';
import { formatDuration } from './duration.js';
import type { EngineConfig, UpstreamConfig } from './engine-config.js';
import { formatListenAddress } from './listen-address.js';

/** A value as it is shown. */
export type ShownValue = string | number | boolean | null | readonly ShownValue[] | ShownMap;
export interface ShownMap {
  readonly [key: string]: ShownValue;
}

const MASK = '***';

/**
 * The settings in effect, under the keys of the file and in its units, defaults included. What is secret is masked;
 * what is not set is null. Made for `JSON.stringify`.
 */
export function describeConfig(config: EngineConfig): ShownMap {
  const { log, storage, http, htpasswd, health, mirror } = config;
  const purging = storage.uploadPurging;
  return {
    log: {
      level: log.level,
      formatter: log.formatter,
      accesslog: { disabled: !log.accessLog },
      fields: log.fields,
    },
    storage: {
      filesystem: { rootdirectory: storage.rootDirectory },
      delete: { enabled: storage.deleteEnabled },
      maintenance: {
        uploadpurging: {
          enabled: purging.enabled,
          age: formatDuration(purging.age),
          interval: formatDuration(purging.interval),
          dryrun: purging.dryRun,
        },
        readonly: { enabled: storage.readOnly },
      },
    },
    http: {
      addr: formatListenAddress(http.listen),
      host: http.host?.href ?? null,
      relativeurls: http.relativeUrls,
      draintimeout: http.drainTimeout === undefined ? null : formatDuration(http.drainTimeout),
      headers: maskHeaders(http.headers),
      tls: http.tls === undefined ? null : describeTls(http.tls),
      debug: http.debug === undefined ? null : { addr: formatListenAddress(http.debug) },
    },
    auth: htpasswd === undefined ? null : { htpasswd: { realm: htpasswd.realm, path: htpasswd.path } },
    health: {
      storagedriver: { ...health.storage, interval: formatDuration(health.storage.interval) },
    },
    upstreams: config.upstreams.map(describeUpstream),
    mirror: {
      listen: (http.alsoListen ?? []).map(formatListenAddress),
      credentials: mirror.credentials ?? null,
      revalidate: formatDuration(mirror.revalidate),
      keepdigests: mirror.keepDigests,
      offline: mirror.offline,
      background: {
        bandwidth: mirror.background === undefined ? null : formatBandwidth(mirror.background.bandwidth),
      },
      push: mirror.push,
      images: mirror.images ?? null,
    },
  };
}

/** The settings for people: one `key: value` a line. */
export function formatConfig(config: EngineConfig): string {
  return `${lines('', describeConfig(config)).join('\n')}\n`;
}

function describeTls(tls: NonNullable<EngineConfig['http']['tls']>): ShownMap {
  return {
    certificate: tls.certificate,
    key: tls.key,
    clientcas: tls.clientCAs,
    minimumtls: tls.minimumTls === 'TLSv1.3' ? 'tls1.3' : 'tls1.2',
    ciphersuites: tls.cipherSuites ?? null,
  };
}

function describeUpstream(upstream: UpstreamConfig): ShownMap {
  return {
    host: upstream.host,
    endpoint: upstream.endpoint.href,
    default: upstream.isDefault,
    ca: upstream.ca ?? null,
    username: upstream.username ?? null,
    password: upstream.password === undefined ? null : MASK,
  };
}

/** Headers that are sent to everybody hold no secrets as a rule; these might. */
function maskHeaders(headers: EngineConfig['http']['headers']): ShownMap {
  const shown = Object.entries(headers).map(([name, values]) => {
    const secret = /authorization|cookie|token|secret|key/i.test(name);
    return [name, secret ? values.map(() => MASK) : values];
  });
  return Object.fromEntries(shown);
}

function lines(path: string, value: ShownValue): string[] {
  if (isList(value)) {
    if (value.length === 0) return [`${path}: none`];
    if (value.every((item) => item === null || typeof item !== 'object'))
      return [`${path}: ${value.join(', ')}`];
    return value.flatMap((item, index) => lines(`${path}[${index}]`, item));
  }
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, inner]) =>
      lines(path === '' ? key : `${path}.${key}`, inner),
    );
  }
  return [`${path}: ${value === null ? 'not set' : String(value)}`];
}

function isList(value: ShownValue): value is readonly ShownValue[] {
  return Array.isArray(value);
}

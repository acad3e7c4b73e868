import { isDeepStrictEqual } from 'node:util';
import type { EngineConfig } from '../settings/engine-config.js';

/** A part of the configuration, and the settings it is rendered from. */
interface Part {
  readonly symbols: readonly string[];
  readonly of: (config: EngineConfig) => unknown;
}

const PARTS: readonly Part[] = [
  { symbols: ['DOCKER_MIRROR_PATH'], of: ({ storage }) => storage.rootDirectory },
  { symbols: ['DOCKER_MIRROR_PORT'], of: ({ http }) => http.listen.port },
  {
    symbols: ['DOCKER_MIRROR_LISTEN_*'],
    of: ({ http }) => [http.listen, ...(http.alsoListen ?? [])].map(({ host }) => host),
  },
  { symbols: ['DOCKER_MIRROR_URL'], of: ({ http }) => http.host?.href },
  { symbols: ['DOCKER_MIRROR_DRAIN_SECONDS'], of: ({ http }) => http.drainTimeout },
  { symbols: ['DOCKER_MIRROR_TLS_*'], of: ({ http }) => http.tls },
  { symbols: ['DOCKER_MIRROR_AUTHENTICATION'], of: ({ htpasswd }) => htpasswd },
  { symbols: ['DOCKER_MIRROR_PUSH_*'], of: ({ mirror }) => mirror.push },
  { symbols: ['DOCKER_MIRROR_DELETE'], of: ({ storage }) => storage.deleteEnabled },
  { symbols: ['DOCKER_MIRROR_READ_ONLY'], of: ({ storage }) => storage.readOnly },
  { symbols: ['DOCKER_MIRROR_PURGE_UPLOADS'], of: ({ storage }) => storage.uploadPurging },
  {
    symbols: [
      'DOCKER_MIRROR_PULL_THROUGH_CACHE',
      'DOCKER_MIRROR_DEFAULT_UPSTREAM',
      'DOCKER_MIRROR_UPSTREAMS',
    ],
    of: ({ upstreams }) => upstreams.map((each) => ({ ...each, endpoint: each.endpoint.href })),
  },
  { symbols: ['DOCKER_MIRROR_CREDENTIALS_FILE'], of: ({ mirror }) => mirror.credentials },
  { symbols: ['DOCKER_MIRROR_REVALIDATE_SECONDS'], of: ({ mirror }) => mirror.revalidate },
  { symbols: ['DOCKER_MIRROR_KEEP_DIGESTS'], of: ({ mirror }) => mirror.keepDigests },
  { symbols: ['DOCKER_MIRROR_OFFLINE'], of: ({ mirror }) => mirror.offline },
  { symbols: ['DOCKER_MIRROR_PREFETCH_BANDWIDTH'], of: ({ mirror }) => mirror.background },
  { symbols: ['DOCKER_MIRROR_PRELOAD_IMAGES'], of: ({ mirror }) => mirror.images },
  { symbols: ['DOCKER_MIRROR_LOG_*'], of: ({ log }) => [log.level, log.formatter] },
  { symbols: ['DOCKER_MIRROR_ACCESS_LOG'], of: ({ log }) => log.accessLog },
  { symbols: ['DOCKER_MIRROR_DEBUG_PAGE'], of: ({ http, health }) => [http.debug, health.storage.enabled] },
];

/**
 * The settings that a configuration overrules, by their symbols, a choice as what its symbols have in common. What is said there
 * otherwise but means the same overrules nothing.
 * @param wanted as the settings would have it
 */
export function overruledSettings(wanted: EngineConfig, inForce: EngineConfig): string[] {
  return PARTS.filter(({ of }) => !isDeepStrictEqual(of(wanted), of(inForce))).flatMap(
    ({ symbols }) => symbols,
  );
}

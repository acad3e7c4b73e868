import * as z from 'zod';
import { MirrorError } from '../../errors.js';
import { parseReference } from '../../oci/reference.js';
import type { Parsed } from '../parsed.js';
import { flag, listOf, matching, orNothing, whenAsked, wholeNumber } from './symbol.js';

const platform = matching(
  /^[a-z0-9]+\/[a-z0-9_]+(\/v\d+)?$/,
  'platforms such as linux/amd64 or linux/arm/v7',
);
const timeWindow = matching(
  /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/,
  'two times of day, such as 01:00-06:00',
);
const image = whenAsked(imageName);

/** The images of one switch: none while that is off. */
const GROUPS = {
  DOCKER_MIRROR_PRELOAD_MINIO: ['DOCKER_MIRROR_MINIO_IMAGE'],
  DOCKER_MIRROR_PRELOAD_MILVUS: [
    'DOCKER_MIRROR_MILVUS_IMAGE',
    'DOCKER_MIRROR_MILVUS_ETCD_IMAGE',
    'DOCKER_MIRROR_MILVUS_MINIO_IMAGE',
  ],
  DOCKER_MIRROR_PRELOAD_POSTGRES: ['DOCKER_MIRROR_POSTGRES_IMAGE'],
  DOCKER_MIRROR_PRELOAD_MYSQL: ['DOCKER_MIRROR_MYSQL_IMAGE'],
  DOCKER_MIRROR_PRELOAD_MARIADB: ['DOCKER_MIRROR_MARIADB_IMAGE'],
  DOCKER_MIRROR_PRELOAD_REDIS: ['DOCKER_MIRROR_REDIS_IMAGE'],
  DOCKER_MIRROR_PRELOAD_ELASTICSEARCH: ['DOCKER_MIRROR_ELASTICSEARCH_IMAGE'],
  DOCKER_MIRROR_PRELOAD_VLLM: [
    'DOCKER_MIRROR_VLLM_IMAGE',
    'DOCKER_MIRROR_VLLM_CPU_IMAGE',
    'DOCKER_MIRROR_VLLM_ROUTER_IMAGE',
  ],
  DOCKER_MIRROR_PRELOAD_LMCACHE: ['DOCKER_MIRROR_LMCACHE_IMAGE', 'DOCKER_MIRROR_LMCACHE_NIGHTLY_IMAGE'],
  DOCKER_MIRROR_PRELOAD_ETCD: ['DOCKER_MIRROR_ETCD_IMAGE'],
  DOCKER_MIRROR_PRELOAD_REGISTRY: ['DOCKER_MIRROR_REGISTRY_IMAGE'],
} as const;

type Switch = keyof typeof GROUPS;
type ImageSymbol = (typeof GROUPS)[Switch][number];

const SWITCHES = Object.keys(GROUPS) as Switch[];
const IMAGES: readonly ImageSymbol[] = Object.values(GROUPS).flat();

function shapeOf<const N extends string, T>(names: readonly N[], each: T): Record<N, T> {
  return Object.fromEntries(names.map((name) => [name, each])) as Record<N, T>;
}

/** What is kept ready: kconfig/images.kconfig. */
export const imagesSchema = z.object({
  DOCKER_MIRROR_PRELOAD_IMAGES: flag,
  ...shapeOf(SWITCHES, flag),
  ...shapeOf(IMAGES, image),
  DOCKER_MIRROR_PRELOAD_CUSTOM: flag,
  DOCKER_MIRROR_CUSTOM_IMAGES: whenAsked(listOf(imageName)),
  DOCKER_MIRROR_PLATFORMS: whenAsked(listOf(platform)),
  DOCKER_MIRROR_PREFETCH_PARALLEL: whenAsked(wholeNumber),
  DOCKER_MIRROR_PREFETCH_BANDWIDTH: whenAsked(wholeNumber),
  DOCKER_MIRROR_PREFETCH_WINDOW: whenAsked(orNothing(timeWindow)),
  DOCKER_MIRROR_RATE_LIMIT_RESERVE: whenAsked(wholeNumber),
});

export function readImages(symbols: z.infer<typeof imagesSchema>) {
  if (!symbols.DOCKER_MIRROR_PRELOAD_IMAGES) return undefined;
  const groups = SWITCHES.filter((symbol) => symbols[symbol]).map((symbol) => ({
    symbol,
    names: GROUPS[symbol].flatMap((image) => symbols[image] ?? []),
  }));
  const custom = symbols.DOCKER_MIRROR_CUSTOM_IMAGES ?? [];
  return {
    /** As written, each once, in the order of the menu. */
    names: [...new Set([...groups.flatMap(({ names }) => names), ...custom])],
    /** The switches that are on, with their images. */
    groups,
    /** The images that were added to those that the switches name. */
    custom,
    /** Empty: that of this host. */
    platforms: symbols.DOCKER_MIRROR_PLATFORMS ?? [],
    parallel: symbols.DOCKER_MIRROR_PREFETCH_PARALLEL ?? 1,
    /** Mbit/s; 0: no limit. */
    bandwidth: symbols.DOCKER_MIRROR_PREFETCH_BANDWIDTH ?? 0,
    /** `HH:MM-HH:MM` in the time of this host; undefined: always. */
    window: symbols.DOCKER_MIRROR_PREFETCH_WINDOW,
    /** Pulls that an upstream's rate limit has to leave to clients. */
    rateLimitReserve: symbols.DOCKER_MIRROR_RATE_LIMIT_RESERVE ?? 0,
  };
}

/** The name of an image as people write it. */
export function imageName(text: string): Parsed<string> {
  try {
    parseReference(text);
    return { value: text };
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    return { expected: `names of images such as ghcr.io/owner/app:1.4${hint}` };
  }
}

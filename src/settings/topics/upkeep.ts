import * as z from 'zod';
import { flag, whenAsked, wholeNumber } from './symbol.js';

const number = whenAsked(wholeNumber);

/** Making room: kconfig/upkeep.kconfig. */
export const cleanupSchema = z.object({
  DOCKER_MIRROR_CLEANUP: flag,
  DOCKER_MIRROR_MAX_SIZE: number,
  DOCKER_MIRROR_MAX_AGE: number,
  DOCKER_MIRROR_LRU: flag,
  DOCKER_MIRROR_CLEANUP_INTERVAL: number,
});

export function readCleanup(symbols: z.infer<typeof cleanupSchema>) {
  if (!symbols.DOCKER_MIRROR_CLEANUP) return undefined;
  return {
    /** GB (10⁹ bytes); 0: no limit. */
    maxSize: symbols.DOCKER_MIRROR_MAX_SIZE ?? 0,
    /** 0: no limit. */
    maxAgeDays: symbols.DOCKER_MIRROR_MAX_AGE ?? 0,
    leastRecentlyUsed: symbols.DOCKER_MIRROR_LRU,
    intervalMinutes: symbols.DOCKER_MIRROR_CLEANUP_INTERVAL ?? 60,
  };
}

/** Uploads that were given up: kconfig/upkeep.kconfig. */
export const purgeSchema = z.object({
  DOCKER_MIRROR_PURGE_UPLOADS: flag,
  DOCKER_MIRROR_PURGE_AGE: number,
  DOCKER_MIRROR_PURGE_INTERVAL: number,
});

export function readPurge(symbols: z.infer<typeof purgeSchema>) {
  const { DOCKER_MIRROR_PURGE_AGE: ageHours, DOCKER_MIRROR_PURGE_INTERVAL: intervalHours } = symbols;
  const wanted = symbols.DOCKER_MIRROR_PURGE_UPLOADS;
  return wanted && ageHours !== undefined && intervalHours !== undefined
    ? { ageHours, intervalHours }
    : undefined;
}

/** Whether it is well: kconfig/upkeep.kconfig. */
export const healthSchema = z.object({
  DOCKER_MIRROR_HEALTH_CHECK: flag,
  DOCKER_MIRROR_HEALTH_INTERVAL: number,
  DOCKER_MIRROR_AUTO_RESTART: flag,
  DOCKER_MIRROR_AUTO_RESTART_ATTEMPTS: number,
});

export function readHealthSettings(symbols: z.infer<typeof healthSchema>) {
  if (!symbols.DOCKER_MIRROR_HEALTH_CHECK) return undefined;
  return {
    intervalMinutes: symbols.DOCKER_MIRROR_HEALTH_INTERVAL ?? 15,
    /** Restarts in a row before it is left alone; 0: none. */
    restarts: symbols.DOCKER_MIRROR_AUTO_RESTART ? (symbols.DOCKER_MIRROR_AUTO_RESTART_ATTEMPTS ?? 0) : 0,
  };
}

import * as z from 'zod';
import { flag, value, whenAsked, wholeNumber } from './symbol.js';

/** Guests that need the mirror: kconfig/leases.kconfig. */
export const leasesSchema = z.object({
  DOCKER_MIRROR_LEASE_HOURS: value(wholeNumber),
  DOCKER_MIRROR_STOP_WHEN_UNUSED: flag,
  DOCKER_MIRROR_STOP_GRACE: whenAsked(wholeNumber),
});

export function readLeaseSettings(symbols: z.infer<typeof leasesSchema>) {
  const { DOCKER_MIRROR_STOP_GRACE: graceSeconds } = symbols;
  const stops = symbols.DOCKER_MIRROR_STOP_WHEN_UNUSED && graceSeconds !== undefined;
  return {
    hours: symbols.DOCKER_MIRROR_LEASE_HOURS,
    /** Undefined: it goes on running. */
    stopWhenUnused: stops ? { graceSeconds } : undefined,
  };
}

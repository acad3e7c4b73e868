import * as z from 'zod';
import { flag, matching, value, whenAsked, wholeNumber } from './symbol.js';

/** Characters of systemd.time(7); whether it is a calendar event, systemd says. */
const calendar = matching(/^[A-Za-z0-9*:,./~+ -]+$/, 'a calendar event of systemd, such as *-*-* 02:00:00');

/** The nightly update: kconfig/update.kconfig. */
export const updateSchema = z.object({
  DOCKER_MIRROR_UPDATE: flag,
  DOCKER_MIRROR_UPDATE_CALENDAR: whenAsked(calendar),
  DOCKER_MIRROR_UPDATE_RANDOM_DELAY: whenAsked(wholeNumber),
  DOCKER_MIRROR_PREFETCH_ATTACHED: flag,
  DOCKER_MIRROR_COMPLETE_PARTIAL: flag,
  DOCKER_MIRROR_LOG_RETENTION: value(wholeNumber),
});

export function readUpdate(symbols: z.infer<typeof updateSchema>) {
  const { DOCKER_MIRROR_UPDATE_CALENDAR: when } = symbols;
  const timer = symbols.DOCKER_MIRROR_UPDATE && when !== undefined;
  return {
    timer: timer
      ? { calendar: when, randomDelaySeconds: symbols.DOCKER_MIRROR_UPDATE_RANDOM_DELAY ?? 0 }
      : undefined,
    /** Whether what is attached to images that are kept ready is fetched with them. */
    attached: symbols.DOCKER_MIRROR_PREFETCH_ATTACHED,
    /** Whether the rest is fetched of images that somebody pulled in part. */
    completePartial: symbols.DOCKER_MIRROR_COMPLETE_PARTIAL,
    logRetentionDays: symbols.DOCKER_MIRROR_LOG_RETENTION,
  };
}

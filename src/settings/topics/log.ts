import * as z from 'zod';
import { choiceOf, flag } from './symbol.js';

const level = choiceOf({
  DOCKER_MIRROR_LOG_ERROR: 'error',
  DOCKER_MIRROR_LOG_WARN: 'warn',
  DOCKER_MIRROR_LOG_INFO: 'info',
  DOCKER_MIRROR_LOG_DEBUG: 'debug',
});
const format = choiceOf({
  DOCKER_MIRROR_LOG_FORMAT_AUTO: 'auto',
  DOCKER_MIRROR_LOG_FORMAT_JSON: 'json',
  DOCKER_MIRROR_LOG_FORMAT_TEXT: 'text',
});

/** What is written down: kconfig/log.kconfig. */
export const logSchema = z.object({ ...level.shape, ...format.shape, DOCKER_MIRROR_ACCESS_LOG: flag });

export function readLogSettings(symbols: z.infer<typeof logSchema>) {
  return {
    level: level.chosen(symbols) ?? 'info',
    format: format.chosen(symbols) ?? 'auto',
    accessLog: symbols.DOCKER_MIRROR_ACCESS_LOG,
  };
}

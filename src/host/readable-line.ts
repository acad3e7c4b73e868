import { createRequire } from 'node:module';
import type { PinoPretty } from 'pino-pretty';

/** How log lines are made readable. */
export interface ReadableOptions {
  readonly colour: boolean;
}

/** Makes a function that turns one JSON log line into text for people; what is no JSON comes out as it is. */
export function readableLine(options: ReadableOptions): (line: string) => string {
  // Loaded when it is first needed: JSON lines, the usual case, do without.
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof PinoPretty;
  return prettyFactory({
    colorize: options.colour,
    singleLine: true,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
    ignore: 'pid,hostname',
  });
}

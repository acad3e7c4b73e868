import { jsonLogger, type Logger } from '#src/host/log.js';

/** A log line as it was written. */
export type Line = Readonly<Record<string, unknown>>;

/** The product's logger, and what it wrote. */
export function recordingLogger(): { readonly logger: Logger; readonly lines: Line[] } {
  const lines: Line[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Line);
  return { logger: jsonLogger({ level: 'info', fields: {} }, { write }), lines };
}

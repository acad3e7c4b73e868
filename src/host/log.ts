import { isatty } from 'node:tty';
import { type Logger, type LoggerOptions, pino, stdSerializers } from 'pino';
import { isJournal, journalPrefix } from './journal.js';
import { LogSink } from './log-sink.js';
import { readableLine } from './readable-line.js';
import { HIDDEN, redact } from './redact.js';

export type { Logger } from 'pino';

/** What is logged, and how: the part of the configuration's `log` that matters here. */
export interface LogSettings {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  /** `auto`: readable on a terminal, JSON elsewhere. */
  readonly formatter: 'text' | 'json' | 'auto';
  /** Added to every line. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Where a log goes. */
export interface LogOptions {
  /** File descriptor; 1 (standard output) when absent. */
  readonly fd?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that a line may wait in memory; 0 writes each line at once. 200 when absent. */
  readonly flushEvery?: number;
}

const HIDING = Object.fromEntries(
  ['authorization', 'Authorization', 'password', 'secret', 'token', 'cookie', 'set-cookie'].map((name) => [
    name,
    () => HIDDEN,
  ]),
);

/** A log and the way to empty its buffer. */
export interface Log {
  readonly logger: Logger;
  /** Writes what waits in memory, now. Also done when the process ends or crashes, but for SIGKILL. */
  flush(): void;
  /** Flushes, and is no longer called when the process ends. */
  close(): void;
}

/** Bytes that are written without waiting for more. */
const BATCH_BYTES = 16 * 1024;
/** Bytes of lines kept while nobody takes them. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

/**
 * The log of this process: JSON lines, readable lines on a terminal, or lines with the journal's priority prefix under systemd.
 * Written in the background, gathered for at most `flushEvery`.
 */
export function createLog(settings: LogSettings, options: LogOptions = {}): Log {
  const { fd = 1, env = process.env, flushEvery = 200 } = options;
  const sink = new LogSink(fd, { flushEvery, batch: BATCH_BYTES, maxPending: MAX_PENDING_BYTES });
  const terminal = isatty(fd);
  const text = settings.formatter === 'text' || (settings.formatter === 'auto' && terminal);
  const colour = terminal && (env['NO_COLOR'] ?? '') === '';
  const format = text ? readableLine({ colour }) : (line: string) => line;
  const journal = isJournal(fd, env);
  const stream = {
    // pino sets this before each write when the symbol is there.
    lastLevel: 30,
    [Symbol.for('pino.metadata')]: true,
    write(line: string) {
      sink.write(journal ? prefixed(format(line), this.lastLevel) : format(line));
    },
  };
  const logger = pino(loggerOptions(settings), stream);
  const flush = () => sink.flush();
  process.on('exit', flush);
  const close = () => {
    process.off('exit', flush);
    flush();
  };
  return { logger, flush, close };
}

/** A log of JSON lines into anything that takes lines. */
export function jsonLogger(
  settings: Pick<LogSettings, 'level' | 'fields'>,
  stream: { write(line: string): void },
): Logger {
  return pino(loggerOptions(settings), stream);
}

/** The journal reads a prefix on each line, and a readable entry can have several. */
function prefixed(text: string, level: number): string {
  const prefix = journalPrefix(level);
  return text.replace(/^(?=.)/gm, prefix);
}

function loggerOptions(settings: Pick<LogSettings, 'level' | 'fields'>): LoggerOptions {
  return {
    level: settings.level,
    base: { ...settings.fields },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    // By name, as the bindings of a child logger pass no formatter.
    serializers: { ...HIDING, err: (error: unknown) => cleanError(error) },
    formatters: {
      level: (label) => ({ level: label }),
      bindings: redact,
      log: redact,
    },
  };
}

function cleanError(error: unknown): unknown {
  return error instanceof Error ? redact({ ...stdSerializers.err(error) }) : error;
}

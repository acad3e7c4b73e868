import { isUtf8 } from '../../host/locale.js';

/** How large a terminal is, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal on which lines can be written over. */
export interface LiveTerminal {
  /** Whether it shows more than ASCII. */
  readonly isUnicode: boolean;
  /** As it is now: people resize their windows. */
  size(): Size;
  write(text: string): void;
  /**
   * Calls again and again, which keeps no process alive.
   * @returns what ends it
   */
  every(milliseconds: number, call: () => void): () => void;
  /**
   * Calls when the process goes on after it was stopped (Ctrl-Z): what the shell printed meanwhile stands below.
   * @returns what ends it
   */
  onResume(call: () => void): () => void;
}

/** What of a stream is needed. */
interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** A stream as such a terminal; undefined when it is none, or says that its cursor cannot be moved. */
export function liveTerminal(
  stream: TerminalStream,
  env: Readonly<Record<string, string | undefined>>,
): LiveTerminal | undefined {
  const kind = env['TERM'] ?? '';
  if (stream.isTTY !== true || kind === '' || kind === 'dumb') return undefined;
  return {
    isUnicode: isUtf8(env),
    // Some do not know their size and say 0.
    size: () => ({ columns: stream.columns || 80, rows: stream.rows || 24 }),
    write: (text) => void stream.write(text),
    every(milliseconds, call) {
      const timer = setInterval(call, milliseconds);
      timer.unref();
      return () => clearInterval(timer);
    },
    onResume(call) {
      process.on('SIGCONT', call);
      return () => void process.off('SIGCONT', call);
    },
  };
}

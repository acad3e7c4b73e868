import { isUtf8 } from '../host/locale.js';
import { ASCII, type Glyphs, UNICODE } from './screen/box.js';
import type { Size } from './screen/canvas.js';
import { COLOURS, MONO, type Palette } from './screen/style.js';

/** What a terminal can do. */
export interface TerminalKind {
  readonly palette: Palette;
  readonly glyphs: Glyphs;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Terminals without colours, by their names in terminfo. */
const COLOURLESS =
  /(?:-m|-mono)$|^(?:vt52|vt1\d\d|vt2\d\d|vt3\d\d|vt4\d\d|vt5\d\d|xterm-r\dm?|sun|wy\d+)(?:-|$)/;

/** The looks for a terminal. https://no-color.org: whatever NO_COLOR is, if it is not empty, there are no colours. */
export function terminalKind(env: Environment): TerminalKind {
  const isPlain = (env['NO_COLOR'] ?? '') !== '' || COLOURLESS.test(env['TERM'] ?? '');
  return {
    palette: isPlain ? MONO : COLOURS,
    glyphs: isUtf8(env) ? UNICODE : ASCII,
  };
}

/** A size that a terminal told; some do not know theirs and say 0. */
export function usableSize(columns: number | undefined, rows: number | undefined): Size {
  return { columns: columns || 80, rows: rows || 24 };
}

/**
 * Another screen, so that what was there before comes back; no wrapping at the right edge; pastes marked (xterm's control
 * sequences: 1049, 7, 2004).
 */
export const ENTER_SCREEN = '\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[?25l\x1b[0m\x1b[2J\x1b[H';

/** Everything as it was. */
export const LEAVE_SCREEN = '\x1b[0m\x1b[2J\x1b[H\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l';

import { spawnSync } from 'node:child_process';
import { asPart, atExit, type Part } from '../../parts/cleanup.js';
import { tempFolder } from '../../parts/temp.js';
import { waitFor } from '../../parts/wait.js';

/** How a terminal is opened. */
export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A terminal inside tmux, with a shell in it. Closing it ends everything in it. */
export interface Terminal extends Part {
  /** The lines of the screen, without the blanks at their ends. */
  screen(): string[];
  /** The screen with its colours and other styles as control sequences. */
  styledScreen(): string;
  /** Presses keys by their names in tmux: `Down`, `Enter`, `C-c`, `y`. */
  press(...keys: string[]): void;
  /** Types a text as it is. */
  type(text: string): void;
  /** Pastes a text, marked as such when the program asked for that. */
  paste(text: string): void;
  /** Types a command line. */
  run(command: string): void;
  resize(columns: number, rows: number): void;
  /** Whether a program has the alternate screen. */
  isAlternate(): boolean;
  /** Waits until the screen, its lines joined, matches; resolves with its lines. */
  until(pattern: RegExp): Promise<string[]>;
  /** Waits until the screen does not match any more. */
  untilGone(pattern: RegExp): Promise<void>;
  /** Waits until the screen matches and the alternate screen is gone. */
  untilShell(pattern: RegExp): Promise<string[]>;
}

const PROMPT = 'ready>';

/** Opens a terminal on a tmux server of its own, and waits until the shell is ready. */
export async function openTerminal(options: TerminalOptions): Promise<Terminal> {
  const folder = await tempFolder('dm-tmux');
  const socket = folder.file('socket');
  function tmux(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync('tmux', ['-S', socket, ...args], {
      encoding: 'utf8',
      timeout: 10_000,
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' },
    });
    if (status !== 0) throw new Error(`tmux ${args[0]} failed: ${stderr}`);
    return stdout;
  }
  const end = () => void spawnSync('tmux', ['-S', socket, 'kill-server'], { timeout: 10_000 });
  const forget = atExit(end);
  const part = asPart(async () => {
    end();
    forget();
    await folder.close();
  });
  const environment = { LC_ALL: 'C.UTF-8', PS1: PROMPT, HISTFILE: '', HOME: folder.path, ...options.env };
  const shell = ['bash', '--norc', '--noprofile', '-i'];
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const terminal: Terminal = {
    ...part,
    screen: () =>
      tmux('capture-pane', '-p')
        .trimEnd()
        .split('\n')
        .map((line) => line.trimEnd()),
    styledScreen: () => tmux('capture-pane', '-p', '-e'),
    press: (...keys) => void tmux('send-keys', ...keys),
    type: (text) => void tmux('send-keys', '-l', text),
    paste(text) {
      tmux('set-buffer', text);
      tmux('paste-buffer', '-p');
    },
    run(command) {
      tmux('send-keys', '-l', command);
      tmux('send-keys', 'Enter');
    },
    resize: (columns, rows) => void tmux('resize-window', '-x', String(columns), '-y', String(rows)),
    isAlternate: () => tmux('display-message', '-p', '#{alternate_on}').trim() === '1',
    until: (pattern) => untilScreen(terminal, pattern, () => true),
    async untilGone(pattern) {
      await waitFor(() => !pattern.test(terminal.screen().join('\n')), {
        what: `the screen does not show ${pattern} any more`,
        timeout: 15_000,
        detail: () => terminal.screen().join('\n'),
      });
    },
    untilShell: (pattern) => untilScreen(terminal, pattern, () => !terminal.isAlternate()),
  };
  try {
    const size = ['-x', String(options.columns), '-y', String(options.rows)];
    tmux('-f', '/dev/null', 'new-session', '-d', ...size, '-c', options.cwd, 'env', ...variables, ...shell);
    await terminal.until(new RegExp(PROMPT));
  } catch (error) {
    await part.close();
    throw error;
  }
  return terminal;
}

function untilScreen(terminal: Terminal, pattern: RegExp, also: () => boolean): Promise<string[]> {
  return waitFor(
    () => {
      const lines = terminal.screen();
      return pattern.test(lines.join('\n')) && also() ? lines : undefined;
    },
    {
      what: `the screen shows ${pattern}`,
      timeout: 15_000,
      interval: 30,
      detail: () => terminal.screen().join('\n'),
    },
  );
}

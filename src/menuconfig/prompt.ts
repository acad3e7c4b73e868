import type { EventEmitter } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import enquirer from 'enquirer';
import { MirrorError } from '../errors.js';
import type { Key } from './input/key.js';
import { KeyReader } from './input/key-reader.js';
import { SequenceCutter } from './input/sequences.js';
import type { Frame } from './screen/canvas.js';
import { paint } from './screen/paint.js';
import type { Command, MenuEnd, MenuSession } from './session.js';
import { ENTER_SCREEN, LEAVE_SCREEN, type TerminalKind, usableSize } from './terminal-kind.js';

/** What a prompt of enquirer has and its type does not tell (version 2.4). */
interface BasePrompt extends EventEmitter {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly state: { closed?: boolean };
  value: unknown;
  run(): Promise<unknown>;
  submit(): Promise<void>;
}

interface PromptOptions {
  readonly name: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

const Prompt = enquirer.Prompt as unknown as new (options: PromptOptions) => BasePrompt;

/** Milliseconds after which a process that asked to be stopped goes on, as nobody stops it where there is no job control. */
const STOP_GRACE = 100;

/** The terminal could not be asked any longer: it was closed, or a signal came. */
export class MenuClosed extends MirrorError {
  readonly code = 'MENU_CLOSED';
}

/**
 * The full-screen menu as a prompt: has the terminal to itself from `run` on, and gives it back whatever happens: at the end,
 * at an error, at a signal, when stopped, and when the process exits.
 */
export class MenuPrompt extends Prompt {
  readonly #session: MenuSession;
  readonly #kind: TerminalKind;
  readonly #cutter = new SequenceCutter();
  readonly #reader = new KeyReader(() => performance.now());
  readonly #decoder = new StringDecoder('utf8');
  readonly #keys: Key[] = [];
  #isBusy = false;
  #isInside = false;
  #shown: Frame | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopTimer: NodeJS.Timeout | undefined;

  constructor(
    session: MenuSession,
    kind: TerminalKind,
    stdin: NodeJS.ReadStream,
    stdout: NodeJS.WriteStream,
  ) {
    super({ name: 'menu', stdin, stdout });
    this.#session = session;
    this.#kind = kind;
  }

  /** Shows the menu until it is left. @throws MenuClosed, or what went wrong */
  override async run(): Promise<MenuEnd> {
    return (await super.run()) as MenuEnd;
  }

  /** Called by enquirer's `run`. */
  start(): void {
    process.on('exit', this.#leave);
    process.on('SIGHUP', this.#hangUp);
    process.on('SIGTSTP', this.#suspend);
    process.on('SIGCONT', this.#resume);
    this.stdout.on('resize', this.#resize);
    this.stdin.on('data', this.#receive).on('end', this.#hangUp).on('error', this.#fail);
    try {
      this.#enter();
      this.stdin.resume();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Called by enquirer's `run` and `submit`, and after every key. */
  render(): void {
    if (!this.#isInside) return;
    try {
      const frame = this.#session.frame(this.#kind.glyphs);
      this.stdout.write(paint(this.#shown, frame, this.#kind.palette));
      this.#shown = frame;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Called by enquirer's `submit`: gives the terminal back. */
  close(): void {
    if (this.state.closed === true) return;
    this.state.closed = true;
    clearTimeout(this.#timer);
    this.#leave();
    process.off('exit', this.#leave);
    process.off('SIGHUP', this.#hangUp);
    process.off('SIGTSTP', this.#suspend);
    process.off('SIGCONT', this.#resume);
    this.stdout.off('resize', this.#resize);
    this.stdin.off('data', this.#receive).off('end', this.#hangUp).off('error', this.#fail);
    this.stdin.pause();
    this.emit('close');
  }

  /** Ends the menu from outside, as at a signal. */
  abandon(error: unknown): void {
    this.#fail(error);
  }

  /**
   * One key after the other, the screen drawn when there are no more. enquirer's own way to keys is not used: it takes 500 ms for
   * an Esc, one timer for every character of a paste, and parts of unknown sequences for letters.
   */
  async dispatch(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let key = this.#keys.shift(); key !== undefined; key = this.#keys.shift()) {
        await this.#obey(await this.#session.press(key));
        if (this.state.closed === true) return;
      }
      this.render();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isBusy = false;
    }
  }

  async #obey(command: Command): Promise<void> {
    if (command === undefined) return;
    if (command === 'suspend') this.#suspend();
    else if (command === 'repaint') this.#repaint();
    else {
      this.value = command.end;
      await this.submit();
    }
  }

  readonly #receive = (bytes: Buffer | string): void => {
    const text = typeof bytes === 'string' ? bytes : this.#decoder.write(bytes);
    this.#take(this.#cutter.feed(text));
  };

  #take(sequences: readonly string[]): void {
    clearTimeout(this.#timer);
    for (const sequence of sequences) {
      const key = this.#reader.read(sequence);
      if (key !== undefined) this.#keys.push(key);
    }
    const { timeout } = this.#cutter;
    if (timeout !== undefined) this.#timer = setTimeout(() => this.#take(this.#cutter.flush()), timeout);
    if (this.#keys.length > 0) void this.dispatch();
  }

  #enter(): void {
    if (this.#isInside) return;
    this.#isInside = true;
    // Node believes in the mode that it set last, which a shell may have changed meanwhile.
    this.stdin.setRawMode(false);
    this.stdin.setRawMode(true);
    this.stdout.write(ENTER_SCREEN);
    this.#shown = undefined;
  }

  readonly #leave = (): void => {
    if (!this.#isInside) return;
    this.#isInside = false;
    this.stdout.write(LEAVE_SCREEN);
    this.stdin.setRawMode(false);
  };

  readonly #resize = (): void => {
    const [columns, rows] = this.stdout.getWindowSize();
    this.#session.resize(usableSize(columns, rows));
    this.#repaint();
  };

  #repaint(): void {
    if (!this.#isInside) return;
    this.stdout.write('\x1b[0m\x1b[2J');
    this.#shown = undefined;
    if (!this.#isBusy) this.render();
  }

  /** Stops the whole job as Ctrl-Z does, so that the shell notices. */
  readonly #suspend = (): void => {
    this.#leave();
    process.off('SIGTSTP', this.#suspend);
    process.kill(0, 'SIGTSTP');
    this.#stopTimer = setTimeout(this.#resume, STOP_GRACE);
  };

  readonly #resume = (): void => {
    clearTimeout(this.#stopTimer);
    if (this.state.closed === true) return;
    // Stopped by SIGSTOP nobody could leave the screen: it is entered anew all the same.
    if (this.#isInside && process.listeners('SIGTSTP').includes(this.#suspend)) this.#isInside = false;
    if (!process.listeners('SIGTSTP').includes(this.#suspend)) process.on('SIGTSTP', this.#suspend);
    this.#enter();
    this.#resize();
  };

  readonly #hangUp = (): void => {
    this.#fail(new MenuClosed('the terminal was closed'));
  };

  readonly #fail = (error: unknown): void => {
    if (this.state.closed === true) return;
    this.close();
    this.emit('cancel', error);
  };
}

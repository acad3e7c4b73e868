import { MirrorError } from '../errors.js';
import type { Configuration, UserValues } from '../kconfig/configuration.js';
import type { MenuNode } from '../kconfig/model.js';
import type { ConfigurationFile } from './configuration-file.js';
import { openLeave } from './dialogs/leave.js';
import { History } from './history.js';
import type { Key } from './input/key.js';
import { type Row, rowsOf } from './list/rows.js';
import type { MenuModel } from './model.js';
import type { Request } from './request.js';
import type { Glyphs } from './screen/box.js';
import type { Frame, Size } from './screen/canvas.js';
import { initialState, type MenuState, opened } from './state.js';
import { update } from './update.js';
import { view } from './view.js';

/** How a menu was left. */
export interface MenuEnd {
  /** Ctrl-C: it was left in haste. */
  readonly isInterrupted: boolean;
  /** Whether the file holds the settings as they were at the end. */
  readonly isSaved: boolean;
}

/** What the terminal has to do after a key. */
export type Command = { readonly end: MenuEnd } | 'suspend' | 'repaint' | undefined;

/** What a menu is about. */
export interface MenuSubject {
  readonly configuration: Configuration;
  readonly prefix: string;
  readonly file: ConfigurationFile;
  readonly search: (text: string) => readonly MenuNode[];
}

/** A menu in use: does what the keys ask for. */
export class MenuSession {
  readonly #subject: MenuSubject;
  readonly #model: MenuModel;
  readonly #history = new History<UserValues>();
  /** The lines of menus as long as no value changes. */
  #rows = new Map<string, Map<MenuNode, readonly Row[]>>();
  #state: MenuState;

  constructor(subject: MenuSubject, size: Size) {
    const { configuration, prefix, file, search } = subject;
    this.#subject = subject;
    this.#model = {
      configuration,
      prefix,
      file: file.name,
      rows: (menu, showAll) => this.#cachedRows(menu, showAll),
      search,
    };
    this.#state = initialState(configuration.kconfig.root, size);
  }

  /** The screen as it is now. */
  frame(glyphs: Glyphs): Frame {
    return view(this.#state, this.#model, glyphs);
  }

  resize(size: Size): void {
    this.#state = { ...this.#state, size };
  }

  /** Opens a window with something to read, such as what was strange in the file that was read. */
  tell(title: string, lines: readonly string[]): void {
    this.#state = opened(this.#state, { kind: 'text', title, lines, top: 0 });
  }

  /** A key was pressed. */
  async press(key: Key): Promise<Command> {
    const { state, request } = update(this.#state, key, this.#model);
    this.#state = state;
    if (request === undefined) return undefined;
    try {
      return await this.#perform(request);
    } catch (error) {
      // What a person can do something about is said in the menu; a defect is not hidden.
      if (!(error instanceof MirrorError)) throw error;
      this.tell('That did not work', [error.message, ...(error.hint === undefined ? [] : ['', error.hint])]);
      return undefined;
    } finally {
      this.#rows.clear();
    }
  }

  async #perform(request: Request): Promise<Command> {
    switch (request.kind) {
      case 'set':
        return this.#set(request);
      case 'undo':
      case 'redo':
        return this.#travel(request.kind);
      case 'save':
        return this.#save(request.path);
      case 'load':
        return this.#load(request.path);
      case 'leave':
        return this.#leave(false);
      case 'interrupt':
        return this.#leave(true);
      case 'quit':
        return this.#quit(request.save);
      case 'suspend':
      case 'repaint':
        return request.kind;
    }
  }

  #set({ symbol, text }: Request & { kind: 'set' }): undefined {
    const { configuration } = this.#subject;
    const before = configuration.save();
    const wasNew = !configuration.hasUserValue(symbol);
    const previous = configuration.value(symbol);
    const problem = configuration.problemWith(symbol, text);
    if (!configuration.set(symbol, text)) {
      this.#note(`${symbol.name}: ${problem ?? 'it cannot be set now'}`);
      return;
    }
    if (wasNew || configuration.value(symbol) !== previous) this.#history.note(before);
  }

  #travel(kind: 'undo' | 'redo'): undefined {
    const { configuration } = this.#subject;
    const values = this.#history[kind](configuration.save());
    if (values === undefined) {
      this.#note(`There is nothing to ${kind}`);
      return;
    }
    configuration.restore(values);
    this.#note(kind === 'undo' ? 'Undone; U does it again' : 'Done again');
  }

  async #save(path: string): Promise<undefined> {
    const written = await this.#subject.file.save(path);
    this.#note(written ? `Saved to ${path}` : `${path} holds these settings already`);
  }

  async #load(path: string): Promise<undefined> {
    const before = this.#subject.configuration.save();
    const problems = await this.#subject.file.load(path);
    this.#history.note(before);
    this.#note(`Loaded ${path}`);
    if (problems.length > 0) this.tell(path, problems);
  }

  async #leave(isInterrupted: boolean): Promise<Command> {
    const isSaved = await this.#subject.file.isSaved();
    const isAsking = this.#state.dialogs.at(-1)?.kind === 'leave';
    if (isSaved || (isAsking && isInterrupted)) return { end: { isInterrupted, isSaved } };
    if (!isAsking) this.#state = openLeave(this.#state);
    return undefined;
  }

  async #quit(save: boolean): Promise<Command> {
    if (save) await this.#subject.file.save(this.#subject.file.name);
    return { end: { isInterrupted: false, isSaved: save } };
  }

  #note(notice: string): void {
    this.#state = { ...this.#state, notice };
  }

  #cachedRows(menu: MenuNode, showAll: boolean): readonly Row[] {
    const kind = showAll ? 'all' : 'visible';
    const known = this.#rows.get(kind) ?? new Map<MenuNode, readonly Row[]>();
    this.#rows.set(kind, known);
    const rows = known.get(menu) ?? rowsOf(this.#subject.configuration, menu, showAll);
    known.set(menu, rows);
    return rows;
  }
}

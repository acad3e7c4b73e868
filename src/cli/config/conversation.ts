import type { Configuration } from '../../kconfig/configuration.js';
import { isTruth, type KconfigSymbol, type MenuNode } from '../../kconfig/model.js';
import { letterOf, MODULE, NO, type Tristate, YES } from '../../kconfig/tristate.js';
import { helpText } from './help-text.js';

/** Who is talked to. */
export interface Partner {
  say(text: string): void;
  /** The next line that is typed. @throws an error when there is none any more */
  hear(): Promise<string>;
}

const TRUTH_WORDS: Readonly<Record<string, Tristate>> = { n: NO, no: NO, m: MODULE, y: YES, yes: YES };

/**
 * Asks for values line by line, as `conf --oldaskconfig` and `--oldconfig` of Linux 6.1 (scripts/kconfig/conf.c) do: the same
 * questions in the same order, with the same answers; so what is typed for the one does for the other.
 */
export class Conversation {
  readonly #configuration: Configuration;
  readonly #partner: Partner;
  #asksAll = false;
  /** The menu whose content is being asked for. */
  #top: MenuNode;
  /** Of the questions, in columns. */
  #indent = 1;
  #restarts = 0;

  constructor(configuration: Configuration, partner: Partner) {
    this.#configuration = configuration;
    this.#partner = partner;
    this.#top = configuration.kconfig.root;
  }

  /** Asks for everything that can be seen, then for what has come up meanwhile. */
  async askAll(): Promise<void> {
    this.#asksAll = true;
    this.#top = this.#configuration.kconfig.root;
    await this.#menu(this.#top);
    this.#asksAll = false;
    await this.askNew();
  }

  /** Asks for what is new, until nothing is. */
  async askNew(): Promise<void> {
    do {
      this.#restarts = 0;
      await this.#findNew(this.#configuration.kconfig.root);
    } while (this.#restarts > 0);
  }

  async #findNew(entry: MenuNode): Promise<void> {
    const configuration = this.#configuration;
    if (!this.#isShown(entry)) return;
    const { symbol } = entry;
    if (symbol !== undefined && !configuration.hasUserValue(symbol)) {
      const isOpen = symbol.isChoice && configuration.tristate(symbol) === YES;
      if (configuration.isChangeable(symbol) || isOpen) {
        if (this.#restarts === 0) this.#say('*\n* Restart config...\n*\n');
        this.#restarts += 1;
        this.#top = menuAround(entry);
        await this.#menu(this.#top);
      }
    }
    for (const child of entry.children) await this.#findNew(child);
  }

  #isShown(entry: MenuNode): boolean {
    return entry.kind === 'root' || entry.kind === 'if' || this.#configuration.isVisible(entry);
  }

  async #menu(entry: MenuNode): Promise<void> {
    if (!this.#isShown(entry)) return;
    const { symbol, prompt } = entry;
    if (isMenu(entry)) {
      if (!this.#asksAll && this.#top !== entry) {
        await this.#findNew(entry);
        return;
      }
    }
    if (prompt !== undefined && (isMenu(entry) || entry.kind === 'comment')) {
      const margin = ' '.repeat(this.#indent - 1);
      this.#say(`${margin}*\n${margin}* ${prompt.text}\n${margin}*\n`);
    }
    if (symbol === undefined) {
      for (const child of entry.children) await this.#menu(child);
      return;
    }
    if (symbol.isChoice) {
      await this.#choice(entry, symbol);
      if (this.#configuration.tristate(symbol) !== MODULE) return;
    } else if (isTruth(symbol)) await this.#truth(entry, symbol);
    else await this.#text(entry, symbol);
    await this.#below(entry);
  }

  async #below(entry: MenuNode): Promise<void> {
    this.#indent += 2;
    for (const child of entry.children) await this.#menu(child);
    this.#indent -= 2;
  }

  /** Gives the answer to a question, or undefined when there is nothing to answer. */
  async #answer(symbol: KconfigSymbol): Promise<string | undefined> {
    const configuration = this.#configuration;
    const isNew = !configuration.hasUserValue(symbol);
    if (isNew) this.#say('(NEW) ');
    if (!configuration.isChangeable(symbol) || (!this.#asksAll && !isNew)) {
      this.#say(`${configuration.value(symbol)}\n`);
      return undefined;
    }
    return await this.#partner.hear();
  }

  async #text(entry: MenuNode, symbol: KconfigSymbol): Promise<void> {
    const configuration = this.#configuration;
    for (;;) {
      const value = configuration.value(symbol);
      this.#say(`${this.#margin}${entry.prompt?.text ?? ''} (${symbol.name}) [${value}] `);
      const typed = await this.#answer(symbol);
      if (typed === undefined) return;
      if (typed === '?') {
        this.#help(entry);
        continue;
      }
      if (configuration.set(symbol, typed === '' ? value : typed)) return;
      this.#say(
        `${configuration.problemWith(symbol, typed === '' ? value : typed) ?? 'that does not take'}\n`,
      );
    }
  }

  async #truth(entry: MenuNode, symbol: KconfigSymbol): Promise<void> {
    const configuration = this.#configuration;
    for (;;) {
      const now = configuration.tristate(symbol);
      const others = configuration.assignable(symbol).filter((value) => value !== now);
      const name = symbol.name === '' ? '' : `(${symbol.name}) `;
      const letters = [letterOf(now).toUpperCase(), ...others.map(letterOf), '?'].join('/');
      this.#say(`${this.#margin}${entry.prompt?.text ?? ''} ${name}[${letters}] `);
      const typed = (await this.#answer(symbol))?.trim();
      if (typed === undefined) return;
      const wanted = typed === '' ? now : TRUTH_WORDS[typed.toLowerCase()];
      if (wanted === undefined && !typed.startsWith('?')) continue;
      if (wanted !== undefined && configuration.set(symbol, letterOf(wanted))) return;
      this.#help(entry);
    }
  }

  async #choice(entry: MenuNode, choice: KconfigSymbol): Promise<void> {
    const configuration = this.#configuration;
    const isNew = !configuration.hasUserValue(choice);
    if (configuration.isChangeable(choice)) await this.#truth(entry, choice);
    else if (configuration.tristate(choice) === MODULE)
      this.#say(`${this.#margin}${entry.prompt?.text ?? ''}\n`);
    if (configuration.tristate(choice) !== YES) return;
    for (;;) {
      const values = this.#listValues(entry, choice);
      const now = values.findIndex(({ symbol }) => symbol === configuration.chosen(choice)) + 1;
      const typed = values.length === 1 ? '1' : await this.#number(values.length, now, isNew);
      if (typed.startsWith('?')) {
        this.#help(entry);
        continue;
      }
      const number = typed === '' ? now : Number.parseInt(typed, 10);
      const value = values[number - 1];
      if (value?.symbol === undefined) continue;
      if (typed.endsWith('?')) {
        this.#help(value);
        continue;
      }
      configuration.set(value.symbol, 'y');
      await this.#below(value);
      return;
    }
  }

  /** The values that can be seen, after printing them with their numbers. */
  #listValues(entry: MenuNode, choice: KconfigSymbol): readonly MenuNode[] {
    const configuration = this.#configuration;
    this.#say(`${this.#margin}${entry.prompt?.text ?? ''}\n`);
    const values: MenuNode[] = [];
    for (const child of entry.children) {
      if (!configuration.isVisible(child)) continue;
      const text = child.prompt?.text ?? '';
      if (child.symbol === undefined) {
        this.#say(`${this.#margin}* ${text}\n`);
        continue;
      }
      values.push(child);
      const mark = child.symbol === configuration.chosen(choice) ? '>' : ' ';
      const isNew = configuration.hasUserValue(child.symbol) ? '' : ' (NEW)';
      this.#say(`${this.#margin}${mark} ${values.length}. ${text} (${child.symbol.name})${isNew}\n`);
    }
    this.#say(`${this.#margin}choice${values.length === 1 ? '[1]: 1\n' : `[1-${values.length}?]: `}`);
    return values;
  }

  async #number(count: number, now: number, isNew: boolean): Promise<string> {
    if (!this.#asksAll && !isNew) {
      this.#say(`${now}\n`);
      return String(now);
    }
    const typed = (await this.#partner.hear()).trim();
    const isAnswer = typed === '' || typed.startsWith('?') || /^\d+\??$/.test(typed);
    if (!isAnswer) this.#say(`expected a number from 1 to ${count}\n`);
    return isAnswer ? typed : '0';
  }

  #help(entry: MenuNode): void {
    this.#say(`\n${helpText(this.#configuration, entry)}\n`);
  }

  #say(text: string): void {
    this.#partner.say(text);
  }

  get #margin(): string {
    return ' '.repeat(this.#indent - 1);
  }
}

/** Whether an entry has a heading of its own, under which others stand. */
function isMenu({ kind, isMenuconfig }: MenuNode): boolean {
  return kind === 'menu' || kind === 'root' || isMenuconfig;
}

/** The entry itself if it is a menu, else the nearest menu around it. */
function menuAround(entry: MenuNode): MenuNode {
  let at = entry;
  while (!isMenu(at) && at.parent !== undefined) at = at.parent;
  return at;
}

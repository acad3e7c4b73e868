import type { MenuNode, Position } from './model.js';
import type { ParseContext } from './parse-context.js';
import { parseExpression } from './parse-expression.js';
import { OPTIONS } from './parse-options.js';
import { includeFiles } from './parse-source.js';
import { StatementError } from './reader.js';
import { describeToken, type Keyword, LINE_WORDS, type LineWord } from './tokens.js';
import type { Assignment } from './variables.js';

type Block = 'menu' | 'choice' | 'if';

const LINE_WORD_SET: ReadonlySet<string> = new Set(LINE_WORDS);
const ENDS: Readonly<Record<Block, Keyword>> = { menu: 'endmenu', choice: 'endchoice', if: 'endif' };

/** Reads the statements of the file that was opened last, to its end. */
export function parseFile(context: ParseContext): void {
  new StatementParser(context).statements();
}

/** Reads statements. Those of a file that is included are read by a parser of its own. */
class StatementParser {
  readonly #context: ParseContext;
  /** Whether the first token of the next statement is read already. */
  #begun = false;
  #atTop = true;
  #inChoice = false;

  constructor(context: ParseContext) {
    this.#context = context;
  }

  /** @param block the block that is open in this file; undefined: none */
  statements(block?: Block, opened?: MenuNode): void {
    const { reader } = this.#context;
    for (;;) {
      this.#begin();
      if (reader.token.kind === 'end') {
        if (opened !== undefined)
          reader.problem(opened.position, `expected "${ENDS[block ?? 'if']}" in the same file`);
        return;
      }
      if (reader.isKeyword('endmenu', 'endchoice', 'endif')) {
        if (this.#end(block, opened?.position)) return;
        continue;
      }
      this.#recovering(() => this.#statement(block));
    }
  }

  #begin(): void {
    if (!this.#begun) this.#context.reader.beginStatement();
    this.#begun = false;
  }

  /** Runs what reads one line or block; a line that makes no sense is noted and passed over. */
  #recovering(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#recover(error);
    }
  }

  #recover(error: unknown): void {
    const { reader } = this.#context;
    if (!(error instanceof StatementError)) throw error;
    reader.problem(reader.start, error.message);
    reader.skipLine();
  }

  #statement(block: Block | undefined): void {
    const { reader } = this.#context;
    const { token } = reader;
    const first = this.#atTop;
    this.#atTop = false;
    if (this.#inChoice && !reader.isKeyword('config', 'comment', 'if')) {
      throw new StatementError(`expected a config, comment or if in a choice, found ${describeToken(token)}`);
    }
    if (token.kind === 'word') {
      this.#word(token.text);
      return;
    }
    if (token.kind !== 'keyword')
      throw new StatementError(`expected a statement, found ${describeToken(token)}`);
    reader.advance();
    const { text } = token;
    if (text === 'config' || text === 'menuconfig') this.#config(text === 'menuconfig');
    else if (text === 'comment') this.#comment();
    else if (text === 'if') this.#if();
    else if (text === 'source') includeFiles(this.#context, text, parseFile);
    else if (text === 'mainmenu') this.#mainmenu(first && block === undefined && reader.files.length === 1);
    else if (text !== 'menu' && text !== 'choice')
      throw new StatementError(`expected a statement, found "${text}"`);
    else if (text === 'menu') this.#menu();
    else this.#choice();
  }

  /** A line that begins with a word: an assignment, or an include statement of Kconfiglib. */
  #word(word: string): void {
    const { reader } = this.#context;
    reader.advance();
    if (reader.isSign('=', ':=', '+=')) this.#assign(word);
    else if (word === 'rsource' || word === 'osource' || word === 'orsource') {
      includeFiles(this.#context, word, parseFile);
    } else throw new StatementError(`expected a statement, found "${word}"`);
  }

  #assign(name: string): void {
    const { reader } = this.#context;
    const how = reader.token.kind === 'sign' ? (reader.token.text as Assignment) : '=';
    if (reader.startsAfterHelp) this.#assignAfterHelp(name, how);
    else reader.assign(name, how);
    reader.endStatement();
  }

  /** Right after a help text the original takes no value, but an empty one. */
  #assignAfterHelp(name: string, how: Assignment): void {
    const { reader } = this.#context;
    reader.advance();
    if (reader.token.kind !== 'line-end' && reader.token.kind !== 'end') {
      throw new StatementError('an assignment cannot come right after a help text: move it before the entry');
    }
    reader.variables.assign(name, how, '');
  }

  #config(isMenuconfig: boolean): void {
    const { reader, symbols, menu } = this.#context;
    const symbol = symbols.named(reader.takeWord('the name of a symbol'));
    if (symbol.isConstant)
      throw new StatementError(`"${symbol.name}" is a value and cannot be the name of a symbol`);
    reader.endStatement();
    menu.begin('config', symbol);
    const { entry } = menu;
    entry.isMenuconfig = isMenuconfig;
    this.#options('config');
    if (isMenuconfig && entry.prompt === undefined)
      reader.warn(entry.position, 'a menuconfig needs a prompt to be shown');
  }

  #comment(): void {
    const { reader, menu } = this.#context;
    const text = reader.takeQuoted('the comment');
    reader.endStatement();
    menu.begin('comment');
    menu.addPrompt(text, undefined);
    this.#options('comment');
  }

  #if(): void {
    const { reader, symbols, menu } = this.#context;
    const condition = parseExpression(reader, symbols);
    reader.endStatement();
    menu.begin('if');
    menu.addDependency(condition);
    this.statements('if', menu.open());
    menu.close();
  }

  #menu(): void {
    const { reader, menu } = this.#context;
    const title = reader.takeQuoted("the menu's title");
    reader.endStatement();
    menu.begin('menu');
    menu.addPrompt(title, undefined);
    this.#options('menu');
    this.statements('menu', menu.open());
    menu.close();
  }

  #choice(): void {
    const { reader, symbols, menu } = this.#context;
    const name = reader.token.kind === 'word' ? reader.takeWord('a name') : undefined;
    reader.endStatement();
    menu.begin('choice', symbols.choice(name));
    this.#options('choice');
    this.#inChoice = true;
    this.statements('choice', menu.open());
    this.#inChoice = false;
    menu.close();
  }

  #mainmenu(isFirst: boolean): void {
    const { reader, menu } = this.#context;
    const title = reader.takeQuoted('the title');
    reader.endStatement();
    if (!isFirst) throw new StatementError('"mainmenu" has to be the first statement');
    menu.addPrompt(title, undefined);
  }

  /** The lines below the first of a statement. */
  #options(of: keyof typeof OPTIONS): void {
    const { reader } = this.#context;
    for (;;) {
      this.#begin();
      const { token } = reader;
      const isWord = token.kind === 'word' && LINE_WORD_SET.has(token.text);
      const parse =
        isWord || token.kind === 'keyword' ? OPTIONS[of].get(token.text as Keyword | LineWord) : undefined;
      if (parse === undefined) {
        this.#begun = true;
        return;
      }
      try {
        reader.advance();
        if (isWord && reader.isSign('=', ':=', '+=')) {
          this.#assign(token.kind === 'word' ? token.text : '');
          return;
        }
        parse(this.#context);
      } catch (error) {
        this.#recover(error);
      }
    }
  }

  /** @returns whether the block that is open ends here */
  #end(block: Block | undefined, opened: Position | undefined): boolean {
    const { reader } = this.#context;
    const { token } = reader;
    const word = token.kind === 'keyword' ? token.text : 'endif';
    const fits = block !== undefined && ENDS[block] === word;
    this.#recovering(() => {
      reader.advance();
      reader.endStatement();
    });
    if (!fits) {
      const inside =
        block === undefined ? 'nothing is open' : `expected "${ENDS[block]}" for line ${opened?.line}`;
      reader.problem(reader.start, `"${word}" is out of place: ${inside}`);
    }
    return fits;
  }
}

import { MirrorError } from '#src/errors.js';
import type { Configuration } from '#src/kconfig/configuration.js';
import { formatDotConfig } from '#src/kconfig/dot-config.js';
import { readDotConfig } from '#src/kconfig/read-dot-config.js';
import { search } from '#src/kconfig/search.js';
import type { ConfigurationFile } from '#src/menuconfig/configuration-file.js';
import type { Key, KeyName } from '#src/menuconfig/input/key.js';
import { UNICODE } from '#src/menuconfig/screen/box.js';
import { type Size, textOf } from '#src/menuconfig/screen/canvas.js';
import { type Command, MenuSession } from '#src/menuconfig/session.js';
import { configurationOf, symbolIn } from '../../parts/memory-sources.js';

/** A file could not be read, in a test. */
class NoSuchFile extends MirrorError {
  readonly code = 'NO_SUCH_FILE';
}

/** Files of settings in memory. */
export class MemoryFiles implements ConfigurationFile {
  readonly name = '.config';
  readonly texts = new Map<string, string>();
  readonly #configuration: Configuration;

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
  }

  async save(path: string): Promise<boolean> {
    if (path.startsWith('/forbidden'))
      throw new NoSuchFile(`cannot write ${path}`, { hint: 'choose another' });
    const text = formatDotConfig(this.#configuration);
    const isNew = this.texts.get(path) !== text;
    this.texts.set(path, text);
    return isNew;
  }

  async load(path: string): Promise<readonly string[]> {
    const text = this.texts.get(path);
    if (text === undefined) throw new NoSuchFile(`cannot read ${path}: there is no such file`);
    return readDotConfig(this.#configuration, text).map(({ line, message }) => `${path}:${line}: ${message}`);
  }

  async isSaved(): Promise<boolean> {
    return this.texts.get(this.name) === formatDotConfig(this.#configuration);
  }
}

/** What is pressed: the name of a key, or `text:` and what is typed, or a single character. */
export type Press = KeyName | `text:${string}` | `paste:${string}` | string;

/** A menu in memory, with keys to press and lines to read. */
export class MenuDriver {
  readonly configuration: Configuration;
  readonly files: MemoryFiles;
  readonly #session: MenuSession;

  constructor(kconfig: string, size: Size = { columns: 80, rows: 24 }, saved = true) {
    this.configuration = configurationOf(kconfig);
    this.files = new MemoryFiles(this.configuration);
    if (saved) this.files.texts.set('.config', formatDotConfig(this.configuration));
    const { configuration, files: file } = this;
    this.#session = new MenuSession(
      { configuration, prefix: 'CONFIG_', file, search: (text) => search(configuration.kconfig, text) },
      size,
    );
  }

  /** Presses keys one after the other. @returns what the last one asked of the terminal */
  async press(...presses: Press[]): Promise<Command> {
    let command: Command;
    for (const press of presses) {
      for (const key of keysOf(press)) command = await this.#session.press(key);
    }
    return command;
  }

  resize(size: Size): void {
    this.#session.resize(size);
  }

  get frame() {
    return this.#session.frame(UNICODE);
  }

  /** The screen, line by line, without the blanks at their ends. */
  get lines(): string[] {
    return textOf(this.frame).map((line) => line.trimEnd());
  }

  get screen(): string {
    return this.lines.join('\n');
  }

  /** What stands in the style of the entry under the cursor. */
  get chosen(): string {
    const styles = ['chosen', 'chosenHotkey'];
    return this.frame.lines
      .flat()
      .filter(({ style }) => styles.includes(style))
      .map(({ text }) => text)
      .join('');
  }

  /** The value of a symbol. */
  value(name: string): string {
    return this.configuration.value(symbolIn(this.configuration, name));
  }
}

function keysOf(press: Press): Key[] {
  if (press.startsWith('text:')) return [...press.slice(5)].map((text) => ({ name: 'text', text }));
  if (press.startsWith('paste:')) return [{ name: 'paste', text: press.slice(6) }];
  return [press.length === 1 ? { name: 'text', text: press } : { name: press as KeyName }];
}

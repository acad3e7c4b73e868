import { checkSymbols } from './check.js';
import { KconfigError } from './errors.js';
import { finalizeMenu } from './finalize.js';
import { findLoops, tooDeep } from './loops.js';
import { MenuBuilder } from './menu-builder.js';
import type { Kconfig } from './model.js';
import type { ParseContext } from './parse-context.js';
import { parseFile } from './parse-statements.js';
import { Reader } from './reader.js';
import type { KconfigSources } from './sources.js';
import { SymbolTable } from './symbol-table.js';

/**
 * Reads a Kconfig file and what it includes. The language is that of Linux 6.1 (Documentation/kbuild/kconfig-language.rst and
 * kconfig-macro-language.rst), with the additions of Kconfiglib and kdevops.
 * @throws KconfigError with all problems that could be told apart
 */
export function loadKconfig(path: string, sources: KconfigSources): Kconfig {
  try {
    return load(path, sources);
  } catch (error) {
    throw error instanceof RangeError ? tooDeep() : error;
  }
}

function load(path: string, sources: KconfigSources): Kconfig {
  const text = sources.read(path);
  if (text === undefined)
    throw new KconfigError([{ position: undefined, message: `there is no file "${path}"` }]);
  const reader = new Reader(sources);
  const symbols = new SymbolTable();
  const context: ParseContext = {
    reader,
    symbols,
    menu: new MenuBuilder(reader),
    sources,
    modules: undefined,
  };
  reader.include(path, text, () => parseFile(context));
  if (reader.problems.length > 0) throw new KconfigError(reader.problems);
  const { root } = context.menu;
  const { modules } = context;
  finalizeMenu(root, { letters: symbols.letters, modules: modules ?? symbols.letters.no });
  const loops = findLoops(symbols.all);
  if (loops.length > 0) throw new KconfigError(loops);
  return {
    title: root.prompt?.text ?? 'Main menu',
    root,
    symbols: symbols.all,
    find: (name) => symbols.find(name),
    modules,
    letters: symbols.letters,
    warnings: [...reader.warnings, ...checkSymbols(symbols.all)],
    messages: reader.messages,
    files: reader.files,
    environment: reader.environment,
  };
}

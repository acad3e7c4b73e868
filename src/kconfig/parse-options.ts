import { andAlso, operand } from './expression.js';
import type { KconfigSymbol, SymbolType } from './model.js';
import type { ParseContext } from './parse-context.js';
import { parseCondition, parseExpression, parseSymbol } from './parse-expression.js';
import type { Keyword, LineWord } from './tokens.js';

type OptionParser = (context: ParseContext) => void;

const LINES_OF_CONFIG: ReadonlyMap<Keyword | LineWord, OptionParser> = new Map<
  Keyword | LineWord,
  OptionParser
>([
  ['bool', type('bool')],
  ['tristate', type('tristate')],
  ['int', type('int')],
  ['hex', type('hex')],
  ['string', type('string')],
  ['prompt', parsePrompt],
  ['default', parseDefault],
  ['def_bool', typedDefault('bool')],
  ['def_tristate', typedDefault('tristate')],
  ['def_int', typedDefault('int')],
  ['def_hex', typedDefault('hex')],
  ['def_string', typedDefault('string')],
  ['depends', parseDepends],
  ['select', (context) => parseSelection(context, false)],
  ['imply', (context) => parseSelection(context, true)],
  ['range', parseRange],
  ['help', parseHelp],
  ['---help---', parseHelp],
  ['modules', parseModules],
  ['option', parseOption],
  ['output', parseOutput],
]);

const LINES_OF_CHOICE: ReadonlyMap<Keyword | LineWord, OptionParser> = new Map<
  Keyword | LineWord,
  OptionParser
>([
  ['bool', type('bool')],
  ['tristate', type('tristate')],
  ['prompt', parsePrompt],
  ['default', parseDefault],
  ['depends', parseDepends],
  ['optional', parseOptional],
  ['help', parseHelp],
  ['---help---', parseHelp],
]);

const LINES_OF_MENU: ReadonlyMap<Keyword | LineWord, OptionParser> = new Map<
  Keyword | LineWord,
  OptionParser
>([
  ['depends', parseDepends],
  ['visible', parseVisible],
]);

const LINES_OF_COMMENT: ReadonlyMap<Keyword | LineWord, OptionParser> = new Map<
  Keyword | LineWord,
  OptionParser
>([['depends', parseDepends]]);

/** What may stand below each kind of statement. */
export const OPTIONS = {
  config: LINES_OF_CONFIG,
  choice: LINES_OF_CHOICE,
  menu: LINES_OF_MENU,
  comment: LINES_OF_COMMENT,
} as const;

function type(of: SymbolType): OptionParser {
  return ({ reader, symbols, menu }) => {
    const { token } = reader;
    if (token.kind === 'quoted') {
      reader.advance();
      menu.addPrompt(token.text, parseCondition(reader, symbols));
    }
    reader.endStatement();
    menu.setType(of);
  };
}

function parsePrompt({ reader, symbols, menu }: ParseContext): void {
  const text = reader.takeQuoted('the prompt');
  const condition = parseCondition(reader, symbols);
  reader.endStatement();
  menu.addPrompt(text, condition);
}

function parseDefault({ reader, symbols, menu }: ParseContext): void {
  const value = parseExpression(reader, symbols);
  const condition = parseCondition(reader, symbols);
  reader.endStatement();
  menu.addDefault(value, condition);
}

function typedDefault(of: SymbolType): OptionParser {
  return (context) => {
    parseDefault(context);
    context.menu.setType(of);
  };
}

function parseDepends({ reader, symbols, menu }: ParseContext): void {
  if (!reader.takeKeyword('on')) reader.refuse('"on"');
  const condition = parseExpression(reader, symbols);
  reader.endStatement();
  menu.addDependency(condition);
}

function parseSelection({ reader, symbols, menu }: ParseContext, weak: boolean): void {
  const target = symbols.named(reader.takeWord('the name of a symbol'));
  const condition = parseCondition(reader, symbols);
  reader.endStatement();
  menu.addSelection(target, weak, condition);
}

function parseRange({ reader, symbols, menu }: ParseContext): void {
  const low = parseSymbol(reader, symbols);
  const high = parseSymbol(reader, symbols);
  const condition = parseCondition(reader, symbols);
  reader.endStatement();
  menu.addRange(low, high, condition);
}

function parseHelp({ reader, menu: { entry } }: ParseContext): void {
  reader.endStatement();
  const name = entry.symbol?.name || '<choice>';
  if (entry.help !== undefined)
    reader.warn(reader.start, `'${name}' has more than one help text; the last one counts`);
  entry.help = reader.helpText();
  if (entry.help.trim() === '') reader.warn(reader.start, `the help text of '${name}' is empty`);
}

function parseVisible({ reader, symbols, menu }: ParseContext): void {
  const condition = parseCondition(reader, symbols);
  reader.endStatement();
  const { entry } = menu;
  entry.visibleIf = andAlso(entry.visibleIf, condition);
}

function parseOptional({ reader, menu }: ParseContext): void {
  reader.endStatement();
  if (menu.entry.symbol !== undefined) menu.entry.symbol.isOptional = true;
}

function parseModules(context: ParseContext): void {
  context.reader.endStatement();
  const { symbol } = context.menu.entry;
  const known = context.modules;
  if (known !== undefined && known !== symbol) {
    context.reader.problem(
      context.reader.start,
      `"modules" stands in '${symbol?.name}' and in '${known.name}' already`,
    );
  }
  context.modules = symbol;
}

/** `option env="NAME"`, `option modules`, `option defconfig_list`, `option allnoconfig_y`: from before Linux 5.14, and in Kconfiglib. */
function parseOption(context: ParseContext): void {
  const { reader, menu } = context;
  const { symbol } = menu.entry;
  if (reader.takeKeyword('modules')) {
    parseModules(context);
    return;
  }
  const name = reader.takeWord('env, modules, defconfig_list or allnoconfig_y');
  if (symbol === undefined) return;
  if (name === 'env') {
    if (!reader.isSign('=')) reader.refuse('"="');
    reader.advance();
    takeEnvironment(context, symbol, reader.takeQuoted('the name of an environment variable'));
  } else if (name === 'defconfig_list') symbol.isDefconfigList = true;
  else if (name === 'allnoconfig_y') symbol.staysInAllNo = true;
  else
    reader.problem(
      reader.start,
      `expected option env, modules, defconfig_list or allnoconfig_y, found "${name}"`,
    );
  reader.endStatement();
}

/** The variable's value is the first default: nobody is asked for it, and no .config holds it. */
function takeEnvironment(
  { reader, symbols, menu }: ParseContext,
  symbol: KconfigSymbol,
  variable: string,
): void {
  symbol.environmentVariable = variable;
  const value = reader.lookUp(variable);
  if (value === undefined)
    reader.warn(reader.start, `the environment variable ${variable} of '${symbol.name}' is not set`);
  else menu.addDefault(operand(symbols.constant(value)), undefined);
}

/** kdevops: the symbol belongs into extra_vars.yaml. */
function parseOutput({ reader, menu: { entry } }: ParseContext): void {
  const format = reader.takeWord('yaml');
  if (format !== 'yaml') reader.problem(reader.start, `expected output yaml, found "${format}"`);
  if (entry.symbol !== undefined) entry.symbol.outputsYaml = true;
  reader.endStatement();
}

import { posix } from 'node:path';
import type { Dialect, Entry, HelpLine, Line, Tree } from './tree.js';
import { symbolsOf, type TreeSymbols } from './tree-symbols.js';
import {
  type Place,
  selectable,
  writeCall,
  writeCondition,
  writeLogic,
  writePieces,
  writeText,
  writeWord,
} from './write-expression.js';

/** The Kconfig files of a tree by their path; `Kconfig` is the first to be read. */
export type KconfigFiles = ReadonlyMap<string, string>;

/** What has been written so far. */
interface State {
  readonly symbols: TreeSymbols;
  readonly looksAhead: boolean;
  readonly dialect: Dialect;
  readonly files: Map<string, string[]>;
  defined: number;
  /** How many folders are named: those of patterns that fit no file too. */
  folders: number;
  /** How many symbols are defined before the choice around. */
  choiceFrom: number | undefined;
  /** The last definition ended with a help text. */
  isAfterHelp: boolean;
  choices: number;
  variables: number;
  functions: number;
}

/**
 * Writes a tree as text. What only Kconfiglib knows is written for Linux's programs in their words, on as many lines, so that
 * both texts mean the same.
 */
export function writeTree(tree: Tree, dialect: Dialect): KconfigFiles {
  const symbols = symbolsOf(tree);
  const state: State = {
    symbols,
    looksAhead: tree.looksAhead,
    dialect,
    files: new Map(),
    defined: 0,
    folders: 0,
    choiceFrom: undefined,
    isAfterHelp: false,
    choices: 0,
    variables: 0,
    functions: 0,
  };
  const lines: string[] = [];
  state.files.set('Kconfig', lines);
  if (tree.title !== undefined) lines.push(`mainmenu ${writeText(tree.title, placeOf(state))}`);
  if (tree.modules !== undefined) {
    lines.push('config MODULES', dialect === 'linux' ? '\tmodules' : '\toption modules');
    writeLines(tree.modules, 'bool', lines, state, []);
    state.defined = 1;
  }
  writeEntries(tree.entries, 'Kconfig', lines, state);
  return new Map([...state.files].map(([path, all]) => [path, `${all.join('\n')}\n`]));
}

function placeOf({ symbols, looksAhead, defined, choiceFrom, variables, functions }: State): Place {
  return { symbols, looksAhead, before: defined, meant: choiceFrom ?? defined, variables, functions };
}

function writeEntries(entries: readonly Entry[], file: string, lines: string[], state: State): void {
  for (const entry of entries) writeEntry(entry, file, lines, state);
}

function writeEntry(entry: Entry, file: string, lines: string[], state: State): void {
  const place = placeOf(state);
  if (isAssignment(entry) && state.isAfterHelp && !state.looksAhead) return;
  // A help text without lines of its own takes the next line: one is not to stand for several files then.
  if (entry.kind === 'source' && entry.parts.length !== 1 && state.isAfterHelp) lines.push('#');
  if (entry.kind !== 'remark' && entry.kind !== 'statement') state.isAfterHelp = false;
  switch (entry.kind) {
    case 'config': {
      const name = state.symbols.all[state.defined]?.name;
      lines.push(`${entry.isMenuconfig ? 'menuconfig' : 'config'} ${name}`);
      writeLines(entry.lines, entry.type, lines, state, []);
      state.defined += 1;
      break;
    }
    case 'again':
      writeAgain(entry, lines, state);
      break;
    case 'choice': {
      const number = state.choices;
      state.choices += 1;
      lines.push(entry.isNamed ? `choice C${number}` : 'choice');
      writeLines(entry.lines, 'bool', lines, state, state.symbols.choices[number] ?? []);
      state.choiceFrom = state.defined;
      writeEntries(entry.entries, file, lines, state);
      state.choiceFrom = undefined;
      lines.push('endchoice');
      break;
    }
    case 'menu':
      lines.push(`menu ${writeText(entry.text, place)}`);
      for (const each of entry.depends) lines.push(`\tdepends on ${writeLogic(each, place)}`);
      for (const each of entry.visible) lines.push(`\tvisible if ${writeLogic(each, place)}`);
      writeEntries(entry.entries, file, lines, state);
      lines.push('endmenu');
      break;
    case 'comment':
      lines.push(`comment ${writeText(entry.text, place)}`);
      for (const each of entry.depends) lines.push(`\tdepends on ${writeLogic(each, place)}`);
      break;
    case 'if':
      lines.push(`if ${writeLogic(entry.condition, place)}`);
      writeEntries(entry.entries, file, lines, state);
      lines.push('endif');
      break;
    case 'source':
      writeSource(entry, file, lines, state);
      break;
    case 'variable': {
      const isMore = entry.operator === '+=' && state.variables > 0;
      const name = `v${isMore ? state.variables - 1 : state.variables}`;
      lines.push(`${name} ${entry.operator} ${writePieces(entry.pieces, place)}`);
      if (!isMore) state.variables += 1;
      break;
    }
    case 'function':
      lines.push(`f${state.functions} ${entry.operator} ${writePieces(entry.pieces, place)}`);
      state.functions += 1;
      break;
    case 'statement': {
      lines.push(`${isAssignment(entry) ? 'unused := ' : ''}${writeCall(entry.call, place)}`);
      break;
    }
    case 'remark':
      lines.push(`#${entry.text}`);
  }
}

/** conf takes no assignment right after a help text. */
function isAssignment(entry: Entry): boolean {
  if (entry.kind !== 'statement') return entry.kind === 'variable' || entry.kind === 'function';
  // What gives text would be read as a statement.
  return entry.call.kind === 'user' || entry.call.kind === 'place' || entry.call.kind === 'shell';
}

function writeAgain(entry: Entry & { kind: 'again' }, lines: string[], state: State): void {
  const { defined, symbols } = state;
  const index = defined === 0 ? -1 : defined - 1 - (entry.back % defined);
  const symbol = symbols.all[index];
  lines.push(`config ${symbol?.name ?? 'S0'}`);
  // References count from the first definition, as one to a later symbol could make a loop.
  const place = { ...state, defined: Math.max(index, 0) };
  writeLines(entry.lines, symbol?.type ?? 'bool', lines, place, []);
  state.isAfterHelp = place.isAfterHelp;
}

function writeLines(
  all: readonly Line[],
  type: string,
  lines: string[],
  state: State,
  values: readonly string[],
): void {
  if (all.length === 0) lines.push('');
  for (const line of all) lines.push(...writeLine(line, type, state, values));
  state.isAfterHelp = all.at(-1)?.kind === 'help';
}

/** One line of a definition; where Linux's language needs two, both languages use two. */
function writeLine(line: Line, type: string, state: State, values: readonly string[]): string[] {
  const place = placeOf(state);
  const when = 'condition' in line ? writeCondition(line.condition, place) : '';
  switch (line.kind) {
    case 'type':
      return [
        line.prompt === undefined
          ? `\t${line.type}`
          : `\t${line.type} ${writeText(line.prompt, place)}${when}`,
      ];
    case 'prompt':
      return [`\tprompt ${writeText(line.text, place)}${when}`];
    case 'default':
      return [`\tdefault ${writeLogic(line.value, place)}${when}`];
    case 'definition': {
      const value = `${writeLogic(line.value, place)}${when}`;
      if (line.type === 'bool' || line.type === 'tristate') return [`\tdef_${line.type} ${value}`];
      return state.dialect === 'linux'
        ? [`\tdefault ${value}`, `\t${line.type}`]
        : [`\tdef_${line.type} ${value}`, ''];
    }
    case 'depends':
      return [`\tdepends on ${writeLogic(line.on, place)}`];
    case 'select':
    case 'imply':
      return [`\t${line.kind} ${selectable(line.steps, place)}${when}`];
    case 'range':
      if (type !== 'int' && type !== 'hex') return [''];
      return [`\trange ${writeWord(line.low, place)} ${writeWord(line.high, place)}${when}`];
    case 'help':
      return writeHelp(line.lines);
    case 'allnoconfigY':
      return [state.dialect === 'linux' ? '' : '\toption allnoconfig_y'];
    case 'choiceDefault':
      return values.length === 0 ? [''] : [`\tdefault ${values[line.at % values.length]}${when}`];
    case 'optional':
      return ['\toptional'];
  }
}

/** Lines that are indented less than the first would end the help, so none is. */
function writeHelp(lines: readonly HelpLine[]): string[] {
  const first = lines.findIndex(({ text }) => text !== '');
  const written = lines.map(({ text, indent }, at) =>
    text === '' ? '' : `\t  ${' '.repeat(at === first ? 0 : indent)}${text}`,
  );
  return ['\thelp', ...written];
}

function writeSource(entry: Entry & { kind: 'source' }, file: string, lines: string[], state: State): void {
  const here = posix.dirname(file);
  state.folders += 1;
  const folder = posix.join(here, `d${state.folders}`);
  const count = entry.parts.length;
  const before = lines.length;
  if (state.dialect === 'linux') {
    for (let i = 0; i < count; i++) lines.push(`source "${folder}/part-${i}"`);
  } else {
    const isOptional = count === 0 || entry.form.startsWith('o');
    const isRelative = entry.form.endsWith('rsource');
    const path = posix.join(
      isRelative ? posix.relative(here, folder) : folder,
      count === 1 ? 'part-0' : 'part-*',
    );
    lines.push(`${isOptional ? 'o' : ''}${isRelative ? 'r' : ''}source "${path}"`);
  }
  while (lines.length < before + Math.max(count, 1)) lines.push('');
  for (const [i, part] of entry.parts.entries()) {
    const path = posix.join(folder, `part-${i}`);
    const own: string[] = [];
    state.files.set(path, own);
    writeEntries(part, path, own, state);
  }
}

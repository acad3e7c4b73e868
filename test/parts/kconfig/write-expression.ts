import type { Call, Condition, Logic, Piece, Text, Word } from './tree.js';
import { isWanted, type TreeSymbol, type TreeSymbols } from './tree-symbols.js';

/** Where something stands: what references there mean. */
export interface Place {
  readonly symbols: TreeSymbols;
  readonly looksAhead: boolean;
  /** How many symbols are defined before. */
  readonly before: number;
  /** How many of them may be meant: a value of a choice that depends on others of that choice makes a loop, but for some. */
  readonly meant: number;
  /** How many variables and functions of the macro language are. */
  readonly variables: number;
  readonly functions: number;
}

/** Quotes a text as Kconfig files do. */
export function quote(text: string, mark: '"' | "'"): string {
  return `${mark}${text.replace(mark === '"' ? /["\\]/g : /['\\]/g, '\\$&')}${mark}`;
}

/** The prompt, menu or comment text in its quotes. */
export function writeText({ text, quote: mark, variable }: Text, place: Place): string {
  const written = quote(text, mark);
  const name = variable === undefined ? undefined : variableName(variable, place);
  return name === undefined ? written : `${written.slice(0, -1)} $(${name})${mark}`;
}

/** An expression, each operator with as many brackets as were asked for. */
export function writeLogic(logic: Logic, place: Place): string {
  switch (logic.kind) {
    case 'word':
      return writeWord(logic.word, place);
    case 'not':
      return grouped(`!${writeLogic(logic.operand, place)}`, logic.grouped);
    case 'comparison':
      return `${writeWord(logic.left, place)} ${logic.relation} ${writeWord(logic.right, place)}`;
    default: {
      const operator = logic.kind === 'both' ? '&&' : '||';
      const gap = logic.broken ? ' \\\n\t\t' : ' ';
      return grouped(
        `${writeLogic(logic.left, place)} ${operator}${gap}${writeLogic(logic.right, place)}`,
        logic.grouped,
      );
    }
  }
}

function grouped(text: string, isGrouped: boolean): string {
  return isGrouped ? `(${text})` : text;
}

/** ` if …`, or nothing. */
export function writeCondition(condition: Condition, place: Place): string {
  return condition === undefined ? '' : ` if ${writeLogic(condition, place)}`;
}

/** A symbol, a constant or a macro. */
export function writeWord(word: Word, place: Place): string {
  switch (word.kind) {
    case 'symbol': {
      const end = word.wanted === 'any' ? place.before : place.meant;
      const earlier = place.symbols.all.slice(0, end).reverse();
      const fitting = earlier.filter(({ type }) => isWanted(type, word.wanted));
      return pick(fitting.length > 0 ? fitting : earlier, word.back)?.name ?? `NONE${word.back % 3}`;
    }
    case 'ahead':
      if (!place.looksAhead) return `NONE${word.steps % 3}`;
      return place.symbols.all[place.before + word.steps]?.name ?? `NONE${word.steps}`;
    case 'missing':
      return `NONE${word.at}`;
    case 'constant':
      return word.quote === '' ? word.text : quote(word.text, word.quote);
    case 'variable': {
      const name = variableName(word.back, place);
      if (name === undefined) return `NONE${word.back % 3}`;
      return word.quoted ? `"$(${name})"` : `$(${name})`;
    }
    case 'call':
      return `"${writeCall(word.call, place)}"`;
  }
}

/** The n-th symbol after this place that can be selected. */
export function selectable(steps: number, place: Place): string {
  const later = place.symbols.all.slice(place.before + 1).filter(({ type }) => isWanted(type, 'logic'));
  return pick(later, steps)?.name ?? `GONE${steps % 3}`;
}

function pick(list: readonly TreeSymbol[], at: number): TreeSymbol | undefined {
  return list[at % list.length];
}

function variableName(back: number, { variables }: Place): string | undefined {
  return variables === 0 ? undefined : `v${variables - 1 - (back % variables)}`;
}

/** A macro function with its arguments. */
export function writeCall(call: Call, place: Place): string {
  switch (call.kind) {
    case 'user': {
      if (place.functions === 0) return '$(lineno)';
      const name = `f${place.functions - 1 - (call.back % place.functions)}`;
      return `$(${[name, ...call.parameters.map((each) => writePieces(each, place))].join(',')})`;
    }
    case 'shell':
      return `$(shell,${call.command})`;
    case 'place':
      return `$(${call.name})`;
    case 'info':
      return `$(info,${writePieces(call.text, place)})`;
    default:
      return `$(${call.kind}-if,${call.when},${call.text})`;
  }
}

/** What a macro stands for. */
export function writePieces(pieces: readonly Piece[], place: Place): string {
  return pieces.map((each) => writePiece(each, place)).join('');
}

function writePiece(piece: Piece, place: Place): string {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'variable': {
      const name = variableName(piece.back, place);
      return name === undefined ? 'z' : `$(${name})`;
    }
    case 'environment':
      return `$(ENV${piece.at})`;
    case 'argument':
      return `$(${piece.at})`;
    case 'symbolName':
      return writeWord({ kind: 'symbol', back: piece.back, wanted: 'logic' }, place);
    case 'call':
      return writeCall(piece.call, place);
  }
}

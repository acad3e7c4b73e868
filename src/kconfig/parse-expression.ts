import type { Expression, Relation } from './expression.js';
import type { KconfigSymbol } from './model.js';
import type { Reader } from './reader.js';
import type { SymbolTable } from './symbol-table.js';

/**
 * Reads an expression: `||` binds weakest, then `&&`, then `!`; comparisons stand between symbols only.
 * @throws StatementError
 */
export function parseExpression(reader: Reader, symbols: SymbolTable): Expression {
  let left = parseConjunction(reader, symbols);
  while (reader.isSign('||')) {
    reader.advance();
    left = { kind: 'or', left, right: parseConjunction(reader, symbols) };
  }
  return left;
}

function parseConjunction(reader: Reader, symbols: SymbolTable): Expression {
  let left = parseOperand(reader, symbols);
  while (reader.isSign('&&')) {
    reader.advance();
    left = { kind: 'and', left, right: parseOperand(reader, symbols) };
  }
  return left;
}

function parseOperand(reader: Reader, symbols: SymbolTable): Expression {
  if (reader.isSign('!')) {
    reader.advance();
    return { kind: 'not', operand: parseOperand(reader, symbols) };
  }
  if (reader.isSign('(')) {
    reader.advance();
    const inner = parseExpression(reader, symbols);
    if (!reader.isSign(')')) reader.refuse('")"');
    reader.advance();
    return inner;
  }
  const left = parseSymbol(reader, symbols);
  const { token } = reader;
  if (token.kind !== 'sign' || !isRelation(token.text)) return { kind: 'symbol', symbol: left };
  const relation = token.text;
  reader.advance();
  return { kind: 'comparison', relation, left, right: parseSymbol(reader, symbols) };
}

/** A symbol by its name, or a text in quotes as a constant. */
export function parseSymbol(reader: Reader, symbols: SymbolTable): KconfigSymbol {
  const { token } = reader;
  if (token.kind !== 'word' && token.kind !== 'quoted') return reader.refuse('a symbol or a text in quotes');
  reader.advance();
  return token.kind === 'word' ? symbols.named(token.text) : symbols.constant(token.text);
}

/** `if EXPRESSION`, where it stands. */
export function parseCondition(reader: Reader, symbols: SymbolTable): Expression | undefined {
  return reader.takeKeyword('if') ? parseExpression(reader, symbols) : undefined;
}

function isRelation(sign: string): sign is Relation {
  return sign === '=' || sign === '!=' || sign === '<' || sign === '<=' || sign === '>' || sign === '>=';
}

/*
 * Changes of a JSON text that leave every other byte as it is. What is put in is written in the style of its neighbours, and taking it
 * out again gives the very text that was there before.
 */
import type { JsonNode } from './json-syntax.js';

type JsonObject = Extract<JsonNode, { kind: 'object' }>;
type JsonArray = Extract<JsonNode, { kind: 'array' }>;

/**
 * Adds a member behind the others.
 * @param object an object of the text that has no such member
 * @param value JSON
 */
export function withMember(text: string, object: JsonObject, name: string, value: string): string {
  const last = object.members.at(-1);
  const key = JSON.stringify(name);
  if (last === undefined) {
    return insert(text, object.start + 1, `${leadOfFirst(text, object)}${key}: ${value}`);
  }
  const before = text.slice(endOfPrevious(text, object, object.members.length - 1), last.start);
  const colon = text.slice(last.nameEnd, last.value.start);
  return insert(
    text,
    last.end,
    `,${fromLastLine(before)}${key}${/[\r\n]/.test(colon) ? ': ' : colon}${value}`,
  );
}

/** Takes a member out, with its comma. */
export function withoutMember(text: string, object: JsonObject, index: number): string {
  return without(text, object, object.members, index);
}

/**
 * Puts an item before the others.
 * @param array an array of the text
 * @param value JSON
 */
export function withFirstItem(text: string, array: JsonArray, value: string): string {
  const [first, second] = array.items;
  if (first === undefined) return insert(text, array.start + 1, `${leadOfFirst(text, array)}${value}`);
  const before = text.slice(array.start + 1, first.start);
  const alone = /[\r\n]/.test(before) ? before : ' ';
  const gap = second === undefined ? alone : text.slice(text.indexOf(',', first.end) + 1, second.start);
  return insert(text, first.start, `${value},${gap}`);
}

/** Takes an item out, with its comma. */
export function withoutItem(text: string, array: JsonArray, index: number): string {
  return without(text, array, array.items, index);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function without(text: string, list: Span, spans: readonly Span[], index: number): string {
  const [before, span, next] = [spans[index - 1], spans[index], spans[index + 1]];
  if (span === undefined) return text;
  if (next !== undefined) return cut(text, span.start, next.start);
  return cut(text, before === undefined ? list.start + 1 : text.indexOf(',', before.end), span.end);
}

/** Where the white space before a member begins: after the bracket or the comma. */
function endOfPrevious(text: string, object: JsonObject, index: number): number {
  const previous = object.members[index - 1];
  return previous === undefined ? object.start + 1 : text.indexOf(',', previous.end) + 1;
}

/** What stands before the first thing in empty brackets: a line of its own when the brackets are on two lines. */
function leadOfFirst(text: string, list: Span): string {
  const inner = text.slice(list.start + 1, list.end - 1);
  return /[\r\n]/.test(inner) ? `${fromLastLine(inner)}  ` : inner;
}

/** White space without its empty lines: the last line's end, and the indentation behind it. */
function fromLastLine(space: string): string {
  return /(?:\r\n|\r|\n)[ \t]*$/.exec(space)?.[0] ?? space;
}

function insert(text: string, at: number, what: string): string {
  return `${text.slice(0, at)}${what}${text.slice(at)}`;
}

function cut(text: string, from: number, to: number): string {
  return `${text.slice(0, from)}${text.slice(to)}`;
}

import { Composer, type CST, isAlias, isMap, isPair, isScalar, isSeq, type Node, Parser } from 'yaml';
import { YamlTree } from './yaml-tree.js';

/** The documents of a YAML file. */
export interface YamlFile {
  readonly documents: readonly YamlTree[];
  /** What could not be understood, with where. The rest of that document may be there all the same. */
  readonly problems: readonly { readonly offset: number; readonly message: string }[];
}

/** Collections inside each other at most. */
const LEVELS = 200;

/**
 * Where one document ends and the next begins (YAML 1.2.2, 9.1.4). Such a line can stand inside nothing else. JSON objects one behind
 * the other, which kubectl takes too, have nothing between them.
 */
const MARKER = /^(?:(?:---|\.\.\.)(?=\s|$)|(?=\{)(?<=^\}[ \t]{0,9}\r?\n))/gm;

/**
 * Parses the documents of a YAML text. Every scalar is a text (the failsafe schema): a tag `1.10` must not become a number.
 * @param wanted documents whose text this refuses are left out, unparsed
 */
export function parseYaml(text: string, wanted: (part: string) => boolean = () => true): YamlFile {
  const documents: YamlTree[] = [];
  const problems: { offset: number; message: string }[] = [];
  for (const { start, end } of parts(text)) {
    const part = text.slice(start, end);
    if (!wanted(part)) continue;
    const parsed = parsePart(part, start);
    if ('message' in parsed) problems.push(parsed);
    else {
      documents.push(parsed.tree);
      if (parsed.problem !== undefined) problems.push(parsed.problem);
    }
  }
  return { documents, problems };
}

interface Parsed {
  readonly tree: YamlTree;
  readonly problem: { readonly offset: number; readonly message: string } | undefined;
}

const TOO_DEEP = 'no usable YAML: it is nested too deeply';

function parsePart(part: string, start: number): Parsed | { offset: number; message: string } {
  const tokens = [...new Parser().parse(part)];
  // The composer calls itself for each level, and a stack that is used up can end the whole process.
  if (isDeep(tokens)) return { offset: start, message: TOO_DEEP };
  const [document] = new Composer({
    schema: 'failsafe',
    strict: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  }).compose(tokens, true, part.length);
  const [error] = document?.errors ?? [];
  // An error at the end of the text is one of its last line.
  const problem =
    error === undefined
      ? undefined
      : {
          offset: start + Math.min(error.pos[0], part.trimEnd().length),
          message: `no valid YAML: ${error.message}`,
        };
  const root: Node | null = document?.contents ?? null;
  return { tree: new YamlTree(start, root, targetsOf(root)), problem };
}

function isDeep(tokens: readonly CST.Token[]): boolean {
  let level: readonly (CST.Token | null | undefined)[] = tokens;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > LEVELS) return true;
    level = level.flatMap((token) => {
      if (token === null || token === undefined) return [];
      if ('items' in token) return token.items.flatMap(({ key, value }) => [key, value]);
      return token.type === 'document' ? [token.value] : [];
    });
  }
  return false;
}

function* parts(text: string): Generator<{ readonly start: number; readonly end: number }> {
  let start = 0;
  for (const { 0: marker, index } of text.matchAll(MARKER)) {
    yield* part(text, start, index);
    start = index + marker.length;
  }
  yield* part(text, start, text.length);
}

/** Only directives and comments are no document. */
function* part(text: string, start: number, end: number): Generator<{ start: number; end: number }> {
  if (/^(?![ \t]*(?:#|%|\r?$))/m.test(text.slice(start, end).replace(/\r?\n$/, ''))) yield { start, end };
}

/** What each alias stands for: the anchor of that name that came last before it (YAML 1.2.2, 7.1). */
function targetsOf(root: Node | null): Map<Node, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Node, Node>();
  function walk(node: unknown): void {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
    } else if (isPair(node)) {
      walk(node.key);
      walk(node.value);
    } else if (isMap(node) || isSeq(node) || isScalar(node)) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (!isScalar(node)) node.items.forEach(walk);
    }
  }
  walk(root);
  return targets;
}

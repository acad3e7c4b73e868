import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  type YAMLMap,
} from 'yaml';
import type { Findings, Origin } from './config-problem.js';
import { type TreeEntry, type TreeMap, type TreeNode, treeMap } from './config-tree.js';

/** Nodes after aliases are written out; far above any real file, far below what would exhaust memory. */
const NODE_LIMIT = 20_000;
const DEPTH_LIMIT = 50;

interface Reading {
  readonly document: Document;
  readonly findings: Findings;
  readonly place: (node: { readonly range?: readonly [number, number, number] | null }) => Origin;
  nodes: number;
  full: boolean;
}

/**
 * Reads YAML text into a tree. Syntax errors, tabs used for indentation and text that expands beyond all bounds go to
 * `findings`; the tree is then undefined. An empty text is an empty map.
 * @param variable the environment variable the text is the value of; origins then name it instead of a line
 */
export function readYaml(text: string, findings: Findings, variable?: string): TreeNode | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    // Warnings are about tags and directives, which mean nothing to a configuration.
    logLevel: 'error',
  });
  const origin = (offset: number): Origin => {
    if (variable !== undefined) return { variable };
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  for (const error of document.errors) {
    findings.problem(origin(error.pos[0]), '', `not YAML: ${error.message}`);
  }
  if (document.errors.length > 0) return undefined;
  const reading: Reading = {
    document,
    findings,
    place: (node) => origin(node.range?.[0] ?? 0),
    nodes: 0,
    full: false,
  };
  const root = document.contents;
  if (root === null) return treeMap(origin(0));
  const tree = convert(root, reading, 0);
  return reading.full ? undefined : tree;
}

function convert(node: Node, reading: Reading, depth: number): TreeNode {
  const at = reading.place(node);
  reading.nodes += 1;
  if (reading.full || reading.nodes > NODE_LIMIT || depth > DEPTH_LIMIT) return refuse(at, reading);
  if (isAlias(node)) return follow(node, reading, depth);
  if (isMap(node)) return convertMap(node, reading, depth);
  if (isSeq(node)) {
    const items = node.items.map((item) => convert(item as Node, reading, depth + 1));
    return { kind: 'list', items, at };
  }
  const scalar = isScalar(node) ? node : new Scalar('');
  const text = scalar.value === null || scalar.value === undefined ? '' : String(scalar.value);
  const quoted = scalar.type !== undefined && scalar.type !== 'PLAIN';
  return { kind: 'scalar', text, quoted, at };
}

function convertMap(node: YAMLMap, reading: Reading, depth: number): TreeMap {
  const entries = new Map<string, TreeEntry>();
  const merged: TreeMap[] = [];
  const duplicates: { key: string; at: Origin; first: Origin }[] = [];
  for (const pair of node.items) {
    const keyNode = pair.key as Node;
    const at = reading.place(keyNode);
    if (!isScalar(keyNode)) {
      reading.findings.problem(at, '', 'not YAML: a key has to be a plain word');
      continue;
    }
    const key = String(keyNode.value ?? '');
    const value: TreeNode =
      pair.value === null
        ? { kind: 'scalar', text: '', quoted: false, at }
        : convert(pair.value as Node, reading, depth + 1);
    if (key === '<<' && keyNode.type === 'PLAIN') {
      merged.push(...mergeSources(value, reading));
      continue;
    }
    const before = entries.get(key);
    if (before !== undefined) duplicates.push({ key, at, first: before.at });
    entries.set(key, { at, value });
  }
  for (const source of merged) {
    for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
  }
  return { kind: 'map', entries, duplicates, at: reading.place(node) };
}

/** The maps named by a merge key (`<<`, YAML 1.1 type repository), which Distribution's reader knows as well. */
function mergeSources(value: TreeNode, reading: Reading): TreeMap[] {
  const sources = value.kind === 'list' ? value.items : [value];
  return sources.filter((source): source is TreeMap => {
    if (source.kind === 'map') return true;
    reading.findings.problem(source.at, '<<', 'expected a map, or a list of maps');
    return false;
  });
}

function follow(alias: Alias, reading: Reading, depth: number): TreeNode {
  const target = alias.resolve(reading.document);
  if (target !== undefined) return convert(target, reading, depth + 1);
  const at = reading.place(alias);
  reading.findings.problem(at, '', `not YAML: nothing is marked &${alias.source} before *${alias.source}`);
  return { kind: 'scalar', text: '', quoted: false, at };
}

function refuse(at: Origin, reading: Reading): TreeNode {
  if (!reading.full) {
    reading.full = true;
    reading.findings.problem(at, '', 'not a configuration: nested too deeply, or aliases expand too far');
  }
  return { kind: 'scalar', text: '', quoted: false, at };
}

import type { Origin } from './config-problem.js';

/**
 * A configuration as it was written, before anything is made of it. Scalars keep their text, because what it means
 * depends on the key: `password: 0123` is a text, whatever YAML's number rules say (as in Distribution).
 */
export type TreeNode = TreeScalar | TreeList | TreeMap;

export interface TreeScalar {
  readonly kind: 'scalar';
  readonly text: string;
  /** Written in quotes or as a block: always a text, never a number, a boolean or nothing. */
  readonly quoted: boolean;
  readonly at: Origin;
}

export interface TreeList {
  readonly kind: 'list';
  readonly items: readonly TreeNode[];
  readonly at: Origin;
}

export interface TreeMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** Keys written more than once; the last one stands in `entries`. */
  readonly duplicates: readonly { readonly key: string; readonly at: Origin; readonly first: Origin }[];
  readonly at: Origin;
}

export interface TreeEntry {
  /** Where the key stands. */
  readonly at: Origin;
  readonly value: TreeNode;
}

/** A map with these entries. */
export function treeMap(at: Origin, entries: Iterable<readonly [string, TreeEntry]> = []): TreeMap {
  return { kind: 'map', entries: new Map(entries), duplicates: [], at };
}

/** Whether the node says "nothing": an empty value, `~` or `null`, as YAML 1.1 has it. */
export function isNothing(node: TreeNode): boolean {
  return node.kind === 'scalar' && !node.quoted && /^(?:~|null|Null|NULL|)$/.test(node.text);
}

/** The node in words for a message: `"tls1.1"`, `a list`, `a map`, `nothing`. Credentials inside a URL are masked. */
export function describeNode(node: TreeNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (isNothing(node)) return 'nothing';
  const shown = node.text.replace(/\/\/.*@/s, '//***@');
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown);
}

import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';

/** A scalar as it is meant and as it stands in the file. */
export interface YamlText {
  readonly value: string;
  /** Where its first character is, behind a quote. */
  readonly offset: number;
  /** The characters between its ends, or between its quotes. */
  readonly end: number;
}

/** An entry of a mapping. */
export interface YamlEntry {
  readonly key: string;
  readonly value: Node;
  /** Where the key is. */
  readonly offset: number;
}

/** Mappings that one takes over by `<<` at most; more is meant to harm. */
const MERGES = 100;

/** One document, in which aliases and merge keys are looked through. Everything in it is a text, a list or a mapping. */
export class YamlTree {
  readonly root: Node | undefined;
  readonly #start: number;
  /** Worked out once for each mapping: large ones are asked many times. */
  readonly #entries = new Map<Node, readonly YamlEntry[]>();
  readonly #values = new Map<Node, ReadonlyMap<string, Node>>();
  readonly #targets: ReadonlyMap<Node, Node>;

  /** @param start where the document begins in its file */
  constructor(start: number, root: Node | null, targets: ReadonlyMap<Node, Node>) {
    this.#start = start;
    this.#targets = targets;
    this.root = root ?? undefined;
  }

  /** The entries of a mapping, its own before those merged into it; none of anything else. */
  entries(node: Node | undefined): readonly YamlEntry[] {
    const map = this.#through(node);
    if (!isMap(map)) return [];
    const entries = this.#entries.get(map) ?? this.#collect(map);
    this.#entries.set(map, entries);
    return entries;
  }

  #collect(node: Node): YamlEntry[] {
    const found = new Map<string, YamlEntry>();
    const seen = new Set<Node>();
    const waiting = [this.#through(node)];
    while (waiting.length > 0 && seen.size < MERGES) {
      const map = waiting.shift();
      if (!isMap(map) || seen.has(map)) continue;
      seen.add(map);
      const merged: (Node | undefined)[] = [];
      // What is given twice counts as given first in branches of a template, and is wrong elsewhere.
      for (const pair of map.items as Pair<Node, Node | null>[]) {
        const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
        if (key === undefined || pair.value === null) continue;
        if (key === '<<') merged.push(...this.#mergedBy(pair.value));
        else if (!found.has(key) || seen.size === 1) {
          found.set(found.has(key) ? `${key}\n${found.size}` : key, {
            key,
            value: pair.value,
            offset: this.offset(pair.key),
          });
        }
      }
      waiting.unshift(...merged);
    }
    return [...found.values()];
  }

  /** The value behind keys, one inside the other; undefined when there is none. */
  get(node: Node | undefined, ...keys: readonly string[]): Node | undefined {
    let at = node;
    for (const key of keys) at = this.#valuesOf(at)?.get(key);
    return at;
  }

  /** The first value of each key. */
  #valuesOf(node: Node | undefined): ReadonlyMap<string, Node> | undefined {
    const map = this.#through(node);
    if (!isMap(map)) return undefined;
    const known = this.#values.get(map);
    if (known !== undefined) return known;
    const values = new Map(
      this.entries(map)
        .toReversed()
        .map(({ key, value }) => [key, value]),
    );
    this.#values.set(map, values);
    return values;
  }

  /** The items of a list; none of anything else. */
  items(node: Node | undefined): Node[] {
    const list = this.#through(node);
    return isSeq(list) ? (list.items as (Node | null)[]).filter((item) => item !== null) : [];
  }

  /** A text; undefined for lists, mappings, and the words for nothing. */
  text(node: Node | undefined): YamlText | undefined {
    const scalar = this.#through(node);
    if (!isScalar(scalar) || typeof scalar.value !== 'string' || !scalar.range) return undefined;
    const [start, end] = scalar.range;
    const isQuoted = scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE';
    if (!isQuoted && /^(?:~|null|Null|NULL)?$/.test(scalar.value)) return undefined;
    const shift = isQuoted ? 1 : 0;
    return {
      value: scalar.value,
      offset: this.#start + start + shift,
      end: this.#start + Math.max(start, end - shift),
    };
  }

  /** The text behind keys. */
  textAt(node: Node | undefined, ...keys: readonly string[]): YamlText | undefined {
    return this.text(this.get(node, ...keys));
  }

  isMap(node: Node | undefined): boolean {
    return isMap(this.#through(node));
  }

  isList(node: Node | undefined): boolean {
    return isSeq(this.#through(node));
  }

  /** Where a node begins in the file. */
  offset(node: Node | undefined): number {
    return this.#start + (node?.range?.[0] ?? 0);
  }

  /** What a node is without the aliases before it. */
  #through(node: Node | undefined): Node | undefined {
    let at = node;
    for (let steps = 0; at !== undefined && steps < MERGES; steps += 1) {
      const target = this.#targets.get(at);
      if (target === undefined) return at;
      at = target;
    }
    return at;
  }

  #mergedBy(value: Node): (Node | undefined)[] {
    const source = this.#through(value);
    return isSeq(source) ? (source.items as Node[]).map((item) => this.#through(item)) : [source];
  }
}

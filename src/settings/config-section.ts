import { nearestWord } from '../oci/nearest-word.js';
import { type Findings, formatOrigin, type Origin } from './config-problem.js';
import { describeNode, isNothing, type TreeMap, type TreeNode, treeMap } from './config-tree.js';
import { parseDuration } from './duration.js';
import type { Parsed } from './parsed.js';

/** A value and where it was written. */
export interface Found<T> {
  readonly value: T;
  readonly at: Origin;
}

const YES = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const NO = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;

/**
 * One map of the configuration, read key by key. Asking for a key makes it a known one, so that `finish` can name those
 * that nobody asked for. What is wrong goes to the findings, and the answer is then the same as if it were not written.
 */
export class ConfigSection {
  readonly #known = new Set<string>();
  readonly #map: TreeMap;

  /** @param node nothing at all, or `null` in YAML, is an empty section */
  constructor(
    readonly path: string,
    node: TreeNode | undefined,
    /** Where the section's key stands. */
    readonly at: Origin,
    readonly findings: Findings,
  ) {
    if (node?.kind === 'map') {
      this.#map = node;
    } else {
      this.#map = treeMap(at);
      if (node !== undefined && !isNothing(node)) {
        findings.problem(at, path, `expected a map of keys and values; found ${describeNode(node)}`);
      }
    }
    for (const { key, at, first } of this.#map.duplicates) {
      findings.problem(at, this.keyPath(key), `is written twice; the first one is in ${formatOrigin(first)}`);
    }
  }

  /** The full path of one of this section's keys. */
  keyPath(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  /** Every key that is written, in order. */
  keys(): string[] {
    return [...this.#map.entries.keys()];
  }

  /** Where a key stands; where the section stands when it does not. */
  origin(key: string): Origin {
    return this.#map.entries.get(key)?.at ?? this.at;
  }

  /** What is written under a key; undefined for nothing. */
  node(key: string): TreeNode | undefined {
    this.#known.add(key);
    const value = this.#map.entries.get(key)?.value;
    return value === undefined || isNothing(value) ? undefined : value;
  }

  /** A map under a key; an empty one when nothing is written there. */
  section(key: string): ConfigSection {
    return new ConfigSection(this.keyPath(key), this.node(key), this.origin(key), this.findings);
  }

  /** A text, through a parser; undefined when nothing, or an empty text, is written. */
  parsed<T>(key: string, parse: (text: string) => Parsed<T>): Found<T> | undefined {
    const found = this.string(key);
    if (found === undefined) return undefined;
    const parsed = parse(found.value);
    if ('value' in parsed) return { value: parsed.value, at: found.at };
    this.expected(key, parsed.expected);
    return undefined;
  }

  /** A text; numbers and the like are taken as they are written. Undefined when nothing, or an empty text, is written. */
  string(key: string): Found<string> | undefined {
    const node = this.node(key);
    if (node === undefined) return undefined;
    if (node.kind === 'scalar')
      return node.text === '' ? undefined : { value: node.text, at: this.origin(key) };
    this.expected(key, 'a text');
    return undefined;
  }

  /** A YAML 1.1 boolean, which Distribution reads: `true`, `yes`, `on`… and not in quotes. */
  boolean(key: string, fallback: boolean): boolean {
    const node = this.node(key);
    if (node === undefined) return fallback;
    if (node.kind === 'scalar' && !node.quoted) {
      if (YES.test(node.text)) return true;
      if (NO.test(node.text)) return false;
    }
    const quoted = node.kind === 'scalar' && node.quoted && (YES.test(node.text) || NO.test(node.text));
    this.expected(key, quoted ? 'true or false without quotes' : 'true or false');
    return fallback;
  }

  /** A duration in Go's syntax, in milliseconds. */
  duration(key: string, fallback: number): number {
    return (
      this.parsed(key, (text): Parsed<number> => {
        const value = parseDuration(text);
        return value === undefined
          ? { expected: 'a duration with a unit, such as 30s, 90m, 168h or 1h30m' }
          : { value };
      })?.value ?? fallback
    );
  }

  /** A whole number that is not negative. */
  count(key: string, fallback: number): number {
    return (
      this.parsed(
        key,
        (text): Parsed<number> =>
          /^\d{1,15}$/.test(text) ? { value: Number(text) } : { expected: 'a whole number, 0 or more' },
      )?.value ?? fallback
    );
  }

  /** A list of texts; empty when nothing is written. */
  strings(key: string): string[] {
    const node = this.node(key);
    if (node === undefined) return [];
    if (node.kind === 'list') {
      const texts = node.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
      if (texts.length === node.items.length) return texts;
    }
    this.expected(key, 'a list of texts, such as [one, two]');
    return [];
  }

  /** Reports that a key's value is not what it has to be. */
  expected(key: string, expected: string): void {
    const node = this.#map.entries.get(key)?.value;
    const found = node === undefined ? '' : `; found ${describeNode(node)}`;
    this.problem(key, `expected ${expected}${found}`);
  }

  problem(key: string, message: string): void {
    this.findings.problem(this.origin(key), this.keyPath(key), message);
  }

  warning(key: string, message: string): void {
    this.findings.warning(this.origin(key), this.keyPath(key), message);
  }

  /**
   * Names the keys that nobody asked for.
   * @param unsupported keys that mean something to Distribution and nothing here
   * @param strict an unknown key is a problem, not a warning: the section is our own
   */
  finish(unsupported: readonly string[] = [], strict = false): void {
    for (const key of this.keys()) {
      if (this.#known.has(key)) continue;
      if (unsupported.includes(key)) {
        this.warning(key, 'is not supported here and has no effect');
        continue;
      }
      const near = nearestWord(key, [...this.#known, ...unsupported]);
      const message = `is not a known key${near === undefined ? '' : `; did you mean ${near}?`}`;
      if (strict) this.problem(key, message);
      else this.warning(key, `${message}${near === undefined ? ' and' : ' It'} has no effect`);
    }
  }
}

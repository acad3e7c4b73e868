import { createFindings, type Findings, type Origin } from './config-problem.js';
import {
  describeNode,
  isNothing,
  type TreeEntry,
  type TreeMap,
  type TreeNode,
  treeMap,
} from './config-tree.js';
import { readYaml } from './yaml-tree.js';

const PREFIX = 'REGISTRY_';

/** Podman's variable for its own credentials file, often set where images are handled; never a setting of a registry. */
const FOREIGN = new Set(['REGISTRY_AUTH_FILE']);

/**
 * Lays the `REGISTRY_*` variables over a configuration, as Distribution's parser does
 * (docs/configuration.md, "Override specific configuration options"; checked against 2.8.2):
 *
 * - `REGISTRY_A_B` sets `a.b`, its value read as YAML; an empty value unsets it. Names match whatever their case in the
 *   file, and a key that is not there is made in lower case.
 * - A variable naming a whole map replaces it. Shorter names are applied first, so that `REGISTRY_STORAGE` comes before
 *   `REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY`.
 * - `REGISTRY_A_0` sets an element of a list, or appends one if the list has just as many as the number says.
 * - `version` cannot be set this way: the file alone says how it is to be read.
 *
 * Two slips of Distribution are not repeated: there an element of a list of texts stays empty, and setting a map's
 * entry whose key has capitals makes a second entry beside it.
 */
export function applyEnvironment(
  tree: TreeMap,
  environment: Readonly<Record<string, string | undefined>>,
  findings: Findings,
): TreeMap {
  let result = tree;
  for (const [variable, value] of overrides(environment)) {
    const at = { variable };
    const path = variable.slice(PREFIX.length).split('_');
    if (path[0] === 'VERSION') {
      findings.warning(at, 'version', 'cannot be set by the environment and has no effect');
      continue;
    }
    const parsed = readValue(variable, value, findings);
    if (parsed !== undefined) result = setInMap(result, path, parsed, { at, variable, findings });
  }
  return result;
}

function overrides(environment: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(environment)
    .filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      return name.startsWith(PREFIX) && !FOREIGN.has(name) && value !== undefined;
    })
    .sort(([a], [b]) => compareNames(a.split('_'), b.split('_')));
}

/** Lexically, as Distribution, but list elements by number, so that the tenth can follow the ninth. */
function compareNames(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const [left = '', right = ''] = [a[index], b[index]];
    if (left === right) continue;
    const numbers = isIndex(left) && isIndex(right);
    return numbers ? Number(left) - Number(right) : left < right ? -1 : 1;
  }
  return a.length - b.length;
}

function isIndex(text: string): boolean {
  return /^\d{1,4}$/.test(text);
}

function readValue(variable: string, value: string, findings: Findings): TreeNode | undefined {
  const own = createFindings('');
  const node = readYaml(value, own, variable);
  if (node !== undefined && own.problems.length === 0) {
    const empty = node.kind === 'map' && node.entries.size === 0 && !value.includes('{');
    return empty ? { kind: 'scalar', text: '', quoted: false, at: { variable } } : node;
  }
  findings.problem(
    { variable },
    '',
    'its value is not YAML; a value with special characters needs quotes of its own, such as \'"[::1]:5000"\'',
  );
  return undefined;
}

interface Override {
  readonly at: Origin;
  readonly variable: string;
  readonly findings: Findings;
}

function setInMap(map: TreeMap, path: readonly string[], value: TreeNode, override: Override): TreeMap {
  const [segment = '', ...rest] = path;
  const key = findKey(map, segment) ?? segment.toLowerCase();
  const before = map.entries.get(key);
  const inner = rest.length === 0 ? value : setInside(before?.value, rest, value, override);
  if (inner === undefined) return map;
  const entry: TreeEntry = {
    at: rest.length === 0 || before === undefined ? override.at : before.at,
    value: inner,
  };
  const entries = new Map(map.entries).set(key, entry);
  // A key that was written twice in the file stays a mistake, unless the variable decides what it is.
  const duplicates = map.duplicates.filter((duplicate) => rest.length > 0 || duplicate.key !== key);
  return { ...map, entries, duplicates };
}

function findKey(map: TreeMap, segment: string): string | undefined {
  return [...map.entries.keys()].find((key) => key.toUpperCase() === segment.toUpperCase());
}

/** Undefined when there is nothing to set in what stands there; that has been reported. */
function setInside(
  node: TreeNode | undefined,
  path: readonly string[],
  value: TreeNode,
  override: Override,
): TreeNode | undefined {
  if (node === undefined || isNothing(node)) {
    const index = path[0] ?? '';
    return isIndex(index)
      ? setInList([], path, value, override)
      : setInMap(treeMap(override.at), path, value, override);
  }
  if (node.kind === 'map') return setInMap(node, path, value, override);
  if (node.kind === 'list') return setInList(node.items, path, value, override);
  // `storage: filesystem` and `auth: htpasswd` are short for a map with that one key.
  if (
    findKey(treeMap(override.at, [[node.text, { at: node.at, value: node }]]), path[0] ?? '') !== undefined
  ) {
    return setInMap(treeMap(node.at), path, value, override);
  }
  override.findings.warning(
    override.at,
    '',
    `has no effect: it names something inside ${describeNode(node).replace(/^".*"$/s, 'a plain value')}`,
  );
  return undefined;
}

function setInList(
  items: readonly TreeNode[],
  path: readonly string[],
  value: TreeNode,
  override: Override,
): TreeNode | undefined {
  const [segment = '', ...rest] = path;
  const index = Number(segment);
  if (!isIndex(segment) || index > items.length) {
    const numbers = items.length === 0 ? '0' : `a number from 0 to ${items.length}`;
    override.findings.problem(
      override.at,
      '',
      `names an element of a list: expected ${numbers}; found "${segment}"`,
    );
    return undefined;
  }
  const inner = rest.length === 0 ? value : setInside(items[index], rest, value, override);
  if (inner === undefined) return undefined;
  const changed = [...items];
  changed[index] = inner;
  return { kind: 'list', items: changed, at: override.at };
}

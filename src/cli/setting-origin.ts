import { readFile } from 'node:fs/promises';
import { createFindings, type Origin } from '../settings/config-problem.js';
import { isNothing, type TreeEntry, type TreeMap, type TreeNode } from '../settings/config-tree.js';
import { applyEnvironment } from '../settings/environment.js';
import { readYaml } from '../settings/yaml-tree.js';
import type { Environment } from './engine-port.js';

const NOWHERE: Origin = { nowhere: true };

/**
 * Tells where a setting of a configuration that was loaded already is written: its line, or the environment variable it
 * came from.
 */
export type FindOrigin = (key: string) => Origin;

/**
 * Reads a configuration file once more, for the places of its keys.
 * @returns finds the origin of a key such as `http.tls.key`, and of the `ca` of an upstream under `ca of HOST`
 */
export async function settingOrigins(path: string, env: Environment): Promise<FindOrigin> {
  // What is wrong with the file was said when it was loaded.
  const findings = createFindings(path);
  const written = readYaml(await readFile(path, 'utf8'), findings);
  if (written?.kind !== 'map') return () => NOWHERE;
  const tree = applyEnvironment(written, env, findings);
  return (key) => {
    const host = /^ca of (.+)$/.exec(key)?.[1];
    return host === undefined ? originOf(tree, key.split('.')) : originOfAuthority(tree, host);
  };
}

/** The place of the innermost key of a path that is written. */
function originOf(tree: TreeMap, path: readonly string[]): Origin {
  let node: TreeNode | undefined = tree;
  let at = NOWHERE;
  for (const name of path) {
    const entry = entryOf(node, name);
    if (entry === undefined) break;
    at = placeOf(entry);
    node = entry.value;
  }
  return at;
}

/** A variable's value stands under a key of the file, and then the variable is meant. */
function placeOf({ at, value }: TreeEntry): Origin {
  return 'variable' in value.at ? value.at : at;
}

function originOfAuthority(tree: TreeMap, host: string): Origin {
  const upstreams = entryOf(entryOf(tree, 'mirror')?.value, 'upstreams')?.value;
  const upstream =
    upstreams?.kind === 'list' ? upstreams.items.find((item) => textOf(item, 'host') === host) : undefined;
  const ca = entryOf(upstream, 'ca');
  return ca === undefined ? originOf(tree, ['mirror', 'upstreams']) : placeOf(ca);
}

function textOf(node: TreeNode, key: string): string | undefined {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'scalar' && !isNothing(value) ? value.text : undefined;
}

function entryOf(node: TreeNode | undefined, key: string): TreeEntry | undefined {
  return node?.kind === 'map' ? node.entries.get(key) : undefined;
}

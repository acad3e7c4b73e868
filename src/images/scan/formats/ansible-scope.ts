import type { Node } from 'yaml';
import type { Value } from '../text/substitution.js';
import type { YamlTree } from '../text/yaml-tree.js';

/** A variable's definition. */
interface Definition {
  readonly tree: YamlTree;
  readonly node: Node;
  readonly from: string;
}

/** Definitions that count alike: of one name there may be several, each for other hosts. */
export type Layer = ReadonlyMap<string, readonly Definition[]>;

/** The definitions of a mapping of variables. */
export function layerOf(tree: YamlTree, map: Node | undefined, from: string): Layer {
  return new Map(
    tree.entries(map).map(({ key, value }) => [key, [{ tree, node: value, from: `${key} from ${from}` }]]),
  );
}

/** Layers that count alike as one. */
export function mergeLayers(layers: readonly Layer[]): Layer {
  const merged = new Map<string, Definition[]>();
  for (const layer of layers) {
    for (const [name, definitions] of layer) merged.set(name, [...(merged.get(name) ?? []), ...definitions]);
  }
  return merged;
}

/** The variables that a task sees. Immutable. */
export class Scope {
  readonly #layers: readonly Layer[];

  /** @param layers what counts most first */
  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
  }

  /** With definitions that count more. */
  with(layer: Layer): Scope {
    return layer.size === 0 ? this : new Scope([layer, ...this.#layers]);
  }

  /** With a loop's variable being one of its items. */
  withItem(name: string, item: { readonly tree: YamlTree; readonly node: Node }): Scope {
    return this.with(new Map([[name, [{ ...item, from: 'the loop' }]]]));
  }

  /** The definitions of a name, of the layer that counts most. */
  find(name: string): readonly Definition[] {
    return this.#layers.find((layer) => layer.has(name))?.get(name) ?? [];
  }

  /** The texts of a name, or of what is inside it; values may hold variables themselves. */
  texts(path: readonly string[]): Value[] {
    const [name = '', ...inside] = path;
    return this.find(name).flatMap(({ tree, node, from }) => {
      const text = tree.textAt(node, ...inside);
      return text === undefined ? [] : [{ text: text.value, from }];
    });
  }
}

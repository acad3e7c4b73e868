import type { Node } from 'yaml';
import type { Collector } from '../collector.js';
import { hasVersion, isReference } from '../text/is-reference.js';
import type { YamlEntry, YamlTree } from '../text/yaml-tree.js';

/** What a chart says of the tags that its values leave empty. */
export interface ChartDefaults {
  /** `appVersion` of Chart.yaml; undefined when there is none. */
  readonly appVersion: string | undefined;
  /** Charts that this one depends on, whose values stand under their names. */
  readonly dependencies: ReadonlySet<string>;
}

const NO_CHART: ChartDefaults = { appVersion: undefined, dependencies: new Set() };

/** Keys of a mapping that together name an image. */
const TAGS = ['tag', 'imageTag', 'version'] as const;

/**
 * The images of a chart's values, after the conventions of Helm's own starter chart and of Bitnami's: `image: NAME`, or a mapping of
 * `registry`, `repository`, `tag` and `digest`; `global.imageRegistry` goes before each; an empty tag is the chart's `appVersion`.
 */
export function imagesInValues(
  tree: YamlTree,
  values: Node | undefined,
  found: Collector,
  chart: ChartDefaults = NO_CHART,
): void {
  const registry = tree.textAt(values, 'global', 'imageRegistry')?.value ?? '';
  const waiting: { entry: YamlEntry; top: string }[] = tree
    .entries(values)
    .map((entry) => ({ entry, top: entry.key }));
  const seen = new Set<Node>();
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { entry, top } = at;
    if (seen.has(entry.value)) continue;
    seen.add(entry.value);
    const inside = tree.isList(entry.value)
      ? tree.items(entry.value).map((value) => ({ key: entry.key, value, offset: tree.offset(value) }))
      : tree.entries(entry.value);
    const tagDefault = chart.dependencies.has(top) ? undefined : chart.appVersion;
    if (tree.isMap(entry.value)) imageOfMap(tree, entry, registry, tagDefault, found);
    else if (isImageKey(entry.key) && top === entry.key) imageOfText(tree, values, entry, registry, found);
    for (const each of inside) {
      waiting.push({ entry: each, top });
      if (isImageKey(each.key) && tree.isMap(entry.value))
        imageOfText(tree, entry.value, each, registry, found);
    }
  }
}

function isImageKey(key: string): boolean {
  return key === 'image' || key.endsWith('Image') || key.endsWith('_image');
}

/** `image: {repository: …}`, under whatever key when there is a tag or a digest beside. */
function imageOfMap(
  tree: YamlTree,
  { key, value }: YamlEntry,
  registry: string,
  appVersion: string | undefined,
  found: Collector,
): void {
  const repository =
    tree.textAt(value, 'repository') ?? (isImageKey(key) ? tree.textAt(value, 'name') : undefined);
  if (repository === undefined || repository.value === '') return;
  const own = (name: string) => tree.get(value, name) !== undefined;
  if (!isImageKey(key) && !own('tag') && !own('digest')) return;
  if (/^(?:https?|oci|git|ssh):/.test(repository.value)) return;
  const host = registry === '' ? (tree.textAt(value, 'registry')?.value ?? '') : registry;
  const name = prefixed(host, repository.value);
  const tag = tree.textAt(value, 'tag')?.value ?? '';
  const digest = tree.textAt(value, 'digest')?.value ?? '';
  const how = `value ${key}`;
  if (digest !== '') {
    found.image(`${name}${tag === '' ? '' : `:${tag}`}@${digest}`, repository.offset, how);
  } else if (tag !== '' || hasVersion(name)) {
    found.image(tag === '' ? name : `${name}:${tag}`, repository.offset, how);
  } else if (appVersion !== undefined && appVersion !== '') {
    found.image(`${name}:${appVersion}`, repository.offset, `${how}; tag from appVersion of Chart.yaml`);
  } else
    found.unresolved(
      name,
      repository.offset,
      'its tag is empty, and no appVersion of this chart stands for it',
    );
}

/** `image: NAME`, with a tag beside it in older charts. */
function imageOfText(
  tree: YamlTree,
  map: Node | undefined,
  { key, value }: YamlEntry,
  registry: string,
  found: Collector,
): void {
  const text = tree.text(value);
  if (text === undefined || text.value === '' || text.value.includes(' ') || !isName(text.value)) return;
  const tags = key === 'image' ? TAGS.filter((name) => name !== 'version') : [`${key}Tag`];
  const tag = tags.map((name) => tree.textAt(map, name)?.value ?? '').find((each) => each !== '');
  const name = prefixed(registry, text.value);
  if (tag !== undefined && !hasVersion(name)) found.image(`${name}:${tag}`, text.offset, `value ${key}`);
  else found.image(name, text.offset, `value ${key}`);
}

/** A registry that is given apart goes before a name, in place of one that it has. */
function prefixed(registry: string, name: string): string {
  return registry === '' ? name : `${registry.replace(/\/+$/, '')}/${name.replace(/^\/+/, '')}`;
}

/** A flag (`image: true`), a path or a sentence is none. */
function isName(text: string): boolean {
  return !/^(?:true|false|\d+)$/.test(text) && isReference(text);
}

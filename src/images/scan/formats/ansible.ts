import type { Node } from 'yaml';
import { Collector } from '../collector.js';
import type { FileFindings, Format, ScanInput } from '../findings.js';
import { hasVersion } from '../text/is-reference.js';
import { parseYaml } from '../text/yaml-documents.js';
import type { YamlEntry, YamlText, YamlTree } from '../text/yaml-tree.js';
import { evaluateText } from './ansible-expression.js';
import { variableFiles, variableLayers } from './ansible-files.js';
import { IMAGE_MODULES, type ImageModule, NESTED_MODULES } from './ansible-modules.js';
import { layerOf, Scope } from './ansible-scope.js';
import { imagesOfService } from './compose.js';
import { imagesOfManifest } from './kubernetes.js';

/** Keys of plays and blocks that hold tasks. */
const TASK_LISTS: ReadonlySet<string> = new Set([
  'tasks',
  'pre_tasks',
  'post_tasks',
  'handlers',
  'block',
  'rescue',
  'always',
]);

/** Ansible playbooks and the tasks of roles. */
export const ansible: Format = { name: 'ansible', relatives: variableFiles, scan };

function scan(input: ScanInput): FileFindings {
  const found = new Collector(input.text);
  const { documents, problems } = parseYaml(input.text);
  const scope = new Scope(variableLayers(input));
  for (const tree of documents) tasks(tree, scope, found);
  for (const { offset, message } of problems) found.problem(offset, message);
  return found.result();
}

/** The plays, blocks and tasks of a document, each once. */
function tasks(tree: YamlTree, outer: Scope, found: Collector): void {
  const seen = new Set<Node>();
  const waiting = tree.items(tree.root).map((item) => ({ item, outer }));
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { item } = at;
    if (seen.has(item)) continue;
    seen.add(item);
    const scope = at.outer.with(layerOf(tree, tree.get(item, 'vars'), 'vars'));
    for (const entry of tree.entries(item)) {
      const name = entry.key.split('.').at(-1) ?? '';
      const module = IMAGE_MODULES.get(name);
      const nested = NESTED_MODULES.get(name);
      if (TASK_LISTS.has(entry.key)) {
        for (const inner of tree.items(entry.value)) waiting.push({ item: inner, outer: scope });
      } else if (module !== undefined || nested !== undefined) {
        for (const each of loopScopes(tree, item, scope)) {
          if (module !== undefined) moduleImage(tree, entry, name, module, each, found);
          for (const key of nested?.keys ?? [])
            inside(tree, tree.get(entry.value, key), nested?.kind, each, found);
        }
      }
    }
  }
}

function moduleImage(
  tree: YamlTree,
  { value: args }: YamlEntry,
  module: string,
  { name, tag }: ImageModule,
  scope: Scope,
  found: Collector,
): void {
  const free = tree.text(args);
  if (free !== undefined) {
    freeForm(free, module, { name, ...(tag === undefined ? {} : { tag }) }, scope, found);
    return;
  }
  // Built here, or taken away: nothing is pulled.
  const isBuilt = tree.textAt(args, 'source')?.value === 'build' || tree.get(args, 'path') !== undefined;
  const state = tree.textAt(args, 'state')?.value;
  const source = tree.textAt(args, 'source')?.value;
  if (isBuilt || source === 'load' || source === 'local' || state === 'absent' || state === 'build') return;
  const image = tree.textAt(args, name);
  if (image === undefined) return;
  const written = tag === undefined ? undefined : tree.textAt(args, tag);
  take(image, written?.value, module, scope, found);
}

/** `docker_container: name=web image=nginx` */
function freeForm(
  text: YamlText,
  module: string,
  { name, tag }: ImageModule,
  scope: Scope,
  found: Collector,
): void {
  const pairs = new Map<string, string>();
  for (const match of text.value.matchAll(/(\w+)=("[^"]*"|'[^']*'|(?:\{\{[^}]*\}\}|[^\s"'{])+)/g)) {
    pairs.set(match[1] ?? '', (match[2] ?? '').replace(/^["']|["']$/g, ''));
  }
  const image = pairs.get(name);
  if (image === undefined || pairs.get('state') === 'absent' || pairs.has('path')) return;
  const at = Math.max(0, text.value.indexOf(`${name}=`)) + name.length + 1;
  take(
    { value: image, offset: text.offset + at, end: text.end },
    tag === undefined ? undefined : pairs.get(tag),
    module,
    scope,
    found,
  );
}

function take(
  image: YamlText,
  tag: string | undefined,
  module: string,
  scope: Scope,
  found: Collector,
): void {
  for (const result of evaluateText(image.value, scope)) {
    const isWhole = tag === undefined || result.missing !== undefined || hasVersion(result.text);
    const results = isWhole
      ? [result]
      : evaluateText(`${result.text}:${tag}`, scope).map((each) => ({
          ...each,
          from: [...result.from, ...each.from],
        }));
    for (const each of results) found.substituted(image.value, each, image.offset, module);
  }
}

/** What a task sees, for each item of its loop (Ansible, "Loops"). */
function loopScopes(tree: YamlTree, task: Node, scope: Scope): Scope[] {
  const loop = ['loop', 'with_items', 'with_list']
    .map((key) => tree.get(task, key))
    .find((node) => node !== undefined);
  if (loop === undefined) return [scope];
  const name = tree.textAt(task, 'loop_control', 'loop_var')?.value ?? 'item';
  const variable = /^\{\{\s*(\w+)\s*\}\}$/.exec(tree.text(loop)?.value ?? '')?.[1];
  const items =
    variable === undefined
      ? tree.items(loop).map((node) => ({ tree, node }))
      : scope
          .find(variable)
          .flatMap((each) => each.tree.items(each.node).map((node) => ({ tree: each.tree, node })));
  return items.map((item) => scope.withItem(name, item));
}

/** A manifest or a compose file in a task. */
function inside(
  tree: YamlTree,
  node: Node | undefined,
  kind: 'manifest' | 'compose' | undefined,
  scope: Scope,
  found: Collector,
): void {
  const takeOne = (image: YamlText | undefined, how: string) => {
    if (image === undefined) return;
    for (const result of evaluateText(image.value, scope))
      found.substituted(image.value, result, image.offset, how);
  };
  if (kind === 'manifest') imagesOfManifest(tree, node, takeOne);
  else {
    for (const { key, value } of tree.entries(tree.get(node, 'services'))) {
      imagesOfService(tree, key, value, takeOne, found, () => 'it has no default');
    }
  }
}

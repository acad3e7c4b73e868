import type { Node } from 'yaml';
import { Collector } from '../collector.js';
import type { FileFindings, Format, ScanInput } from '../findings.js';
import { isMasked, maskTemplates } from '../text/mask-templates.js';
import { parseYaml } from '../text/yaml-documents.js';
import type { YamlText, YamlTree } from '../text/yaml-tree.js';
import { imagesInValues } from './helm-values.js';
import { CONTAINER_LISTS, IMAGE_FIELDS, SINGLE_CONTAINERS } from './kubernetes-fields.js';

/** Takes an image of a manifest: its text, and which part of which resource it is. */
export type TakeImage = (text: YamlText, how: string) => void;

/** Kubernetes manifests, several documents in a file, YAML or JSON (Kubernetes API reference, "PodSpec" and "Container"). */
export const kubernetes: Format = { name: 'kubernetes', scan };

function scan({ text }: ScanInput): FileFindings {
  const found = new Collector(text);
  const masked = maskTemplates(text, 'jinja');
  const { documents, problems } = parseYaml(masked.text, namesImages);
  for (const tree of documents) {
    imagesOfManifest(tree, tree.root, (image, how) => {
      if (isMasked(image.value)) {
        found.unresolved(text.slice(image.offset, image.end), image.offset, 'a template fills it in');
      } else found.image(image.value, image.offset, how);
    });
    if (kindOf(tree, tree.root) === 'HelmRelease') {
      imagesInValues(tree, tree.get(tree.root, 'spec', 'values'), found);
    }
  }
  for (const { offset, message } of problems) found.problem(offset, message);
  return found.result();
}

/** Definitions of resources describe fields called image, at great length, and name none. */
export function namesImages(part: string): boolean {
  return /image|repository/i.test(part) && !/^kind:\s*["']?CustomResourceDefinition\b/m.test(part);
}

/** Gives every image of a resource, or of a list of resources. Those of pods wherever they are, also inside custom resources. */
export function imagesOfManifest(tree: YamlTree, root: Node | undefined, take: TakeImage): void {
  const waiting: { node: Node; kind: string }[] = root === undefined ? [] : [{ node: root, kind: '' }];
  const seen = new Set<Node>();
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at.node)) continue;
    seen.add(at.node);
    const kind = kindOf(tree, at.node) ?? at.kind;
    if (tree.isMap(at.node)) imagesOfMap(tree, at.node, kind, take);
    const inside = tree.isList(at.node)
      ? tree.items(at.node)
      : tree.entries(at.node).map(({ value }) => value);
    for (const node of inside) waiting.push({ node, kind });
  }
}

/** The images that a mapping names itself. */
function imagesOfMap(tree: YamlTree, map: Node, kind: string, take: TakeImage): void {
  for (const { key, value } of tree.entries(map)) {
    if (CONTAINER_LISTS.has(key)) {
      for (const item of tree.items(value)) takeAll(tree, item, `${key} of ${kind || 'a resource'}`, take);
    } else if (SINGLE_CONTAINERS.has(key) && tree.isMap(value)) {
      takeAll(tree, value, `${key} of ${kind || 'a resource'}`, take);
    } else if (key === 'volumes') {
      for (const item of tree.items(value)) {
        const image = tree.textAt(item, 'image', 'reference');
        if (image !== undefined) take(image, `image volume of ${kind || 'a resource'}`);
      }
    }
  }
  if (kindOf(tree, map) !== undefined) {
    for (const path of IMAGE_FIELDS.get(kind) ?? []) {
      const image = tree.textAt(map, ...path);
      if (image !== undefined) take(image, `${path.join('.')} of ${kind}`);
    }
  }
}

/** More than one, where a template has a branch for each. */
function takeAll(tree: YamlTree, container: Node, how: string, take: TakeImage): void {
  for (const { key, value } of tree.entries(container)) {
    const image = key === 'image' ? tree.text(value) : undefined;
    if (image !== undefined) take(image, how);
  }
}

function kindOf(tree: YamlTree, node: Node | undefined): string | undefined {
  return tree.get(node, 'apiVersion') === undefined ? undefined : tree.textAt(node, 'kind')?.value;
}

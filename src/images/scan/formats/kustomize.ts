import { posix } from 'node:path';
import type { Node } from 'yaml';
import { formatReference, parseReference } from '../../../oci/reference.js';
import { Collector } from '../collector.js';
import type { FileFindings, Format, Relatives, ScanInput } from '../findings.js';
import { hasVersion, isReference } from '../text/is-reference.js';
import { beside, nameOf } from '../text/paths.js';
import { parseYaml } from '../text/yaml-documents.js';
import type { YamlText, YamlTree } from '../text/yaml-tree.js';
import { imagesOfManifest } from './kubernetes.js';

/** Names that a folder's kustomization can have. */
const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** Keys that list files or folders of resources. */
const RESOURCES = ['resources', 'bases', 'components'] as const;

/** Kustomizations (Kustomize reference, "images", "patches"). Images of resources are read to know the tags that are kept. */
export const kustomize: Format = { name: 'kustomize', relatives, scan };

export function isKustomization(path: string): boolean {
  return (NAMES as readonly string[]).includes(nameOf(path));
}

function relatives({ path, text, related }: ScanInput): Relatives {
  const all = [[path, text] as const, ...[...related].filter(([each]) => isKustomization(each))];
  return { files: all.flatMap(([each, content]) => resourcesOf(each, content)), folders: [] };
}

/** The files that a kustomization takes in; of a folder, the kustomization that is there. */
function resourcesOf(path: string, text: string): string[] {
  return parseYaml(text).documents.flatMap((tree) =>
    RESOURCES.flatMap((key) => tree.items(tree.get(tree.root, key)))
      .map((item) => tree.text(item)?.value ?? '')
      .filter((name) => name !== '' && !/^[a-z]+:\/\/|[?]|^git@/.test(name))
      .flatMap((name) => {
        const target = beside(path, name);
        return /\.(?:ya?ml|json)$/.test(name) ? [target] : NAMES.map((each) => posix.join(target, each));
      }),
  );
}

function scan(input: ScanInput): FileFindings {
  const { text } = input;
  const found = new Collector(text);
  const { documents, problems } = parseYaml(text);
  for (const tree of documents) {
    for (const entry of tree.items(tree.get(tree.root, 'images'))) change(tree, entry, input, found);
    patches(tree, found);
  }
  for (const { offset, message } of problems) found.problem(offset, message);
  return found.result();
}

/** One entry of `images`: what it makes of the image it names. */
function change(tree: YamlTree, entry: Node, input: ScanInput, found: Collector): void {
  const name = tree.textAt(entry, 'name');
  if (name === undefined || name.value === '') return;
  const newName = tree.textAt(entry, 'newName')?.value ?? '';
  const version = versionOf(tree, entry);
  if (newName === '' && version === '') return;
  const used = imagesOfResources(input).filter(({ image }) => nameIn(image) === name.value);
  for (const { path, image, isOwn } of used) {
    if (isOwn) found.replaces({ path, reference: formatReference(parseReference(image)) });
  }
  const base = newName === '' ? name.value : newName;
  if (version !== '') found.image(`${base}${version}`, name.offset, `image ${name.value} is replaced`);
  else {
    for (const { path, image } of used) {
      const kept = image.slice(nameIn(image).length);
      found.image(`${base}${kept}`, name.offset, `image ${name.value} of ${nameOf(path)} is replaced`);
    }
    if (used.length === 0)
      found.unresolved(base, name.offset, 'its tag is that of a resource, and none was found');
  }
}

/** A digest counts more than a tag. */
function versionOf(tree: YamlTree, entry: Node): string {
  const digest = tree.textAt(entry, 'digest')?.value ?? '';
  const tag = tree.textAt(entry, 'newTag')?.value ?? '';
  if (digest !== '') return `@${digest}`;
  return tag === '' ? '' : `:${tag}`;
}

interface Used {
  readonly path: string;
  readonly image: string;
  /** The kustomization lists the file itself, so that nothing else is likely to use it as it is. */
  readonly isOwn: boolean;
}

function imagesOfResources({ path, text, related }: ScanInput): Used[] {
  const own = new Set(resourcesOf(path, text));
  const images: Used[] = [];
  for (const [file, content] of related) {
    if (isKustomization(file)) continue;
    for (const tree of parseYaml(content, (part) => part.includes('image')).documents) {
      imagesOfManifest(tree, tree.root, ({ value: image }) => {
        if (isReference(image)) images.push({ path: file, image, isOwn: own.has(file) });
      });
    }
  }
  return images;
}

/** An image without tag and digest. */
function nameIn(image: string): string {
  const named = image.replace(/@.*$/s, '');
  return hasVersion(named) ? named.slice(0, named.lastIndexOf(':')) : named;
}

/** Patches that are written into the kustomization itself. Told at the patch's place, as its lines are those of a text in a text. */
function patches(tree: YamlTree, found: Collector): void {
  const lists = ['patches', 'patchesJson6902', 'patchesStrategicMerge'];
  for (const item of lists.flatMap((key) => tree.items(tree.get(tree.root, key)))) {
    const patch = tree.text(item) ?? tree.textAt(item, 'patch');
    if (patch === undefined || !patch.value.includes('image')) continue;
    const take = (image: YamlText) => found.image(image.value, patch.offset, 'patch');
    for (const inner of parseYaml(patch.value).documents) {
      imagesOfManifest(inner, inner.root, take);
      for (const operation of inner.items(inner.root)) {
        const value = inner.textAt(operation, 'value');
        const target = inner.textAt(operation, 'path')?.value ?? '';
        if (value !== undefined && /\/containers\/[^/]*\/image$|\/initContainers\/[^/]*\/image$/.test(target))
          take(value);
      }
    }
  }
}

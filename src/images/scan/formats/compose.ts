import type { Node } from 'yaml';
import { Collector } from '../collector.js';
import type { FileFindings, Format, ScanInput } from '../findings.js';
import { parseEnvFile } from '../text/env-file.js';
import { isMasked, maskTemplates } from '../text/mask-templates.js';
import { beside } from '../text/paths.js';
import { type Lookup, lookupIn, substitute } from '../text/substitution.js';
import { parseYaml } from '../text/yaml-documents.js';
import type { YamlText, YamlTree } from '../text/yaml-tree.js';
import { scanDockerfile } from './dockerfile.js';

/** How additional contexts of a build name an image. */
const DOCKER_IMAGE = 'docker-image://';

/** Compose files (Compose file reference). A service that is built names what it makes, and not what it pulls. */
export const compose: Format = {
  name: 'compose',
  relatives: ({ path }) => ({ files: [beside(path, '.env')], folders: [] }),
  scan,
};

function scan({ path, text, related }: ScanInput): FileFindings {
  const found = new Collector(text);
  const masked = maskTemplates(text, 'jinja');
  const { documents, problems } = parseYaml(masked.text);
  const env = parseEnvFile(related.get(beside(path, '.env')) ?? '');
  const lookup = lookupIn([['.env', env]], 'it has no default, and is not set in .env beside');
  const take = (image: YamlText | undefined, how: string) => {
    if (image === undefined) return;
    const written = text.slice(image.offset, image.end);
    if (isMasked(image.value)) found.unresolved(written, image.offset, 'a template fills it in');
    else found.substituted(written, substitute(image.value, lookup, '$'), image.offset, how);
  };
  for (const tree of documents) {
    for (const { key, value } of tree.entries(tree.get(tree.root, 'services'))) {
      imagesOfService(tree, key, value, take, found, lookup);
    }
  }
  for (const { offset, message } of problems) found.problem(offset, message);
  return found.result();
}

/** The images of one service, which Ansible's modules can hold too. */
export function imagesOfService(
  tree: YamlTree,
  name: string,
  service: Node,
  take: (image: YamlText | undefined, how: string) => void,
  found: Collector,
  lookup: Lookup,
): void {
  const build = tree.get(service, 'build');
  if (build === undefined) take(tree.textAt(service, 'image'), `service ${name}`);
  else imagesOfBuild(tree, name, build, take, found, lookup);
  for (const volume of tree.items(tree.get(service, 'volumes'))) {
    if (tree.textAt(volume, 'type')?.value === 'image') {
      take(tree.textAt(volume, 'source'), `image volume of service ${name}`);
    }
  }
}

function imagesOfBuild(
  tree: YamlTree,
  name: string,
  build: Node,
  take: (image: YamlText | undefined, how: string) => void,
  found: Collector,
  lookup: Lookup,
): void {
  const contexts = tree.get(build, 'additional_contexts');
  const written = [
    ...tree.entries(contexts).map(({ value }) => tree.text(value)),
    ...tree.items(contexts).map((item) => tree.text(item)),
  ];
  for (const each of written) {
    const at = each?.value.indexOf(DOCKER_IMAGE) ?? -1;
    if (each === undefined || at < 0 || (at > 0 && each.value[at - 1] !== '=')) continue;
    const skip = at + DOCKER_IMAGE.length;
    take({ ...each, value: each.value.slice(skip), offset: each.offset + skip }, `build context of ${name}`);
  }
  const inline = tree.textAt(build, 'dockerfile_inline');
  if (inline === undefined) return;
  // Its lines are not where they are in the file: told at the place of the whole.
  const filled = substitute(inline.value, lookup, '$');
  const inner = scanDockerfile(filled.missing === undefined ? filled.text : inline.value);
  for (const { image, how } of inner.findings)
    found.image(image, inline.offset, `Dockerfile in service ${name}, ${how}`);
  for (const { text, why } of inner.unresolved) found.unresolved(text, inline.offset, why);
}

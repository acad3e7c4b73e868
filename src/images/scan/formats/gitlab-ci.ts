import type { Node } from 'yaml';
import { Collector } from '../collector.js';
import type { FileFindings, Format, ScanInput } from '../findings.js';
import { type Lookup, substitute } from '../text/substitution.js';
import { parseYaml } from '../text/yaml-documents.js';
import type { YamlText, YamlTree } from '../text/yaml-tree.js';

/** Keys of the first level that are no jobs (GitLab, "CI/CD YAML syntax reference"). */
const NO_JOBS: ReadonlySet<string> = new Set([
  'variables',
  'include',
  'stages',
  'workflow',
  'spec',
  'cache',
  'image',
  'services',
]);

/** Jobs that one takes over by `extends` at most. */
const EXTENDS = 20;

/** GitLab's CI files: `image` and `services` of jobs, of `default`, and on the first level. */
export const gitlabCi: Format = { name: 'gitlab-ci', scan };

function scan({ text }: ScanInput): FileFindings {
  const found = new Collector(text);
  const { documents, problems } = parseYaml(text);
  for (const tree of documents) {
    const standard = tree.get(tree.root, 'default');
    images(tree, [standard, tree.root], 'default', found);
    const jobs = tree
      .entries(tree.root)
      .filter(({ key, value }) => key !== 'default' && !NO_JOBS.has(key) && tree.isMap(value));
    const lines = jobs.map(({ key, value }) => ({ key, line: lineage(tree, value) }));
    const extended = new Set(lines.flatMap(({ line }) => line.slice(1)));
    for (const { key, line } of lines) {
      // A hidden job that others extend runs as those only.
      if (key.startsWith('.') && line[0] !== undefined && extended.has(line[0])) continue;
      images(tree, [...line, standard, tree.root], `job ${key}`, found);
    }
  }
  for (const { offset, message } of problems) found.problem(offset, message);
  return found.result();
}

/** A job and those it extends, what counts most first. */
function lineage(tree: YamlTree, job: Node): Node[] {
  const all: Node[] = [];
  const waiting: Node[] = [job];
  for (let at = waiting.shift(); at !== undefined && all.length < EXTENDS; at = waiting.shift()) {
    if (all.includes(at)) continue;
    all.push(at);
    const given = tree.get(at, 'extends');
    const names = [tree.text(given), ...tree.items(given).map((item) => tree.text(item))];
    // Of several, the last counts most.
    for (const name of names.reverse()) {
      const base = name === undefined ? undefined : tree.get(tree.root, name.value);
      if (base !== undefined) waiting.push(base);
    }
  }
  return all;
}

/** @param places the job, and where it takes over what it does not say itself, what counts most first */
function images(tree: YamlTree, places: readonly (Node | undefined)[], how: string, found: Collector): void {
  const lookup = variablesOf(tree, places);
  const take = (image: YamlText | undefined, what: string) => {
    if (image === undefined) return;
    found.substituted(image.value, substitute(image.value, lookup, '$'), image.offset, `${what} of ${how}`);
  };
  const first = (key: string) => places.map((each) => tree.get(each, key)).find((each) => each !== undefined);
  const image = first('image');
  take(tree.text(image) ?? tree.textAt(image, 'name'), 'image');
  for (const service of tree.items(first('services'))) {
    take(tree.text(service) ?? tree.textAt(service, 'name'), 'service');
  }
}

/** `variables:` of the job, of those it extends, and of the file; also in their longer form, with `value`. */
function variablesOf(tree: YamlTree, places: readonly (Node | undefined)[]): Lookup {
  return (name) => {
    for (const [i, place] of places.entries()) {
      const node = tree.get(place, 'variables', name);
      const text = tree.text(node) ?? tree.textAt(node, 'value');
      if (text !== undefined)
        return { text: text.value, from: i === places.length - 1 ? 'variables' : 'variables of the job' };
    }
    return /^(?:CI|GITLAB)_/.test(name) ? 'GitLab sets it when it runs' : 'it is not set in this file';
  };
}

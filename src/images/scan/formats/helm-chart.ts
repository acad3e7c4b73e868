import { posix } from 'node:path';
import { Collector } from '../collector.js';
import type { FileFindings, Format, ScanInput } from '../findings.js';
import { beside } from '../text/paths.js';
import { parseYaml } from '../text/yaml-documents.js';
import { type ChartDefaults, imagesInValues } from './helm-values.js';

/** Values of Helm charts. */
export const helmValues: Format = {
  name: 'helm-values',
  relatives: ({ path }) => ({ files: [beside(path, 'Chart.yaml')], folders: [] }),
  scan({ path, text, related }) {
    const found = new Collector(text);
    const { documents, problems } = parseYaml(text);
    const chart = chartDefaults(related.get(beside(path, 'Chart.yaml')) ?? '');
    for (const tree of documents) imagesInValues(tree, tree.root, found, chart);
    for (const { offset, message } of problems) found.problem(offset, message);
    return found.result();
  },
};

/** Chart.yaml, whose annotation `artifacthub.io/images` lists images (Artifact Hub, "Helm annotations"). */
export const helmChart: Format = { name: 'helm-chart', scan: scanChart };

function scanChart({ text }: ScanInput): FileFindings {
  const found = new Collector(text);
  const { documents, problems } = parseYaml(text);
  for (const tree of documents) {
    const list = tree.textAt(tree.root, 'annotations', 'artifacthub.io/images');
    if (list === undefined) continue;
    for (const inner of parseYaml(list.value).documents) {
      for (const item of inner.items(inner.root)) {
        const image = inner.textAt(item, 'image');
        // A text in a text: told where it begins, or where the name stands when it stands there once.
        const at = image === undefined ? -1 : text.indexOf(image.value, list.offset);
        if (image !== undefined)
          found.image(image.value, at < 0 ? list.offset : at, 'annotation artifacthub.io/images');
      }
    }
  }
  for (const { offset, message } of problems) found.problem(offset, message);
  return found.result();
}

/** What Chart.yaml says of empty tags. */
export function chartDefaults(text: string): ChartDefaults {
  const [tree] = parseYaml(text).documents;
  if (tree === undefined) return { appVersion: undefined, dependencies: new Set() };
  const dependencies = tree
    .items(tree.get(tree.root, 'dependencies'))
    .flatMap((item) => [tree.textAt(item, 'name')?.value, tree.textAt(item, 'alias')?.value])
    .filter((name) => name !== undefined);
  return { appVersion: tree.textAt(tree.root, 'appVersion')?.value, dependencies: new Set(dependencies) };
}

/** The folder of the chart that a template belongs to. */
export function chartFolder(path: string): string {
  const parts = path.split('/');
  const at = parts.lastIndexOf('templates');
  return at <= 0 ? posix.dirname(posix.dirname(path)) : parts.slice(0, at).join('/') || '/';
}

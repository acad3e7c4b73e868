import { posix } from 'node:path';
import { Collector } from '../collector.js';
import type { FileFindings, Format, ScanInput } from '../findings.js';
import { combine, splitAt } from '../text/choices.js';
import { actionsIn, maskTemplates } from '../text/mask-templates.js';
import { parseYaml } from '../text/yaml-documents.js';
import { chartDefaults, chartFolder } from './helm-chart.js';
import { evaluateAction } from './helm-expression.js';
import { imagesOfManifest, namesImages } from './kubernetes.js';

/** Templates of Helm charts. Simple actions are filled in from values.yaml and Chart.yaml. */
export const helmTemplate: Format = {
  name: 'helm-template',
  relatives: ({ path }) => {
    const folder = chartFolder(path);
    return {
      files: ['values.yaml', 'values.yml', 'Chart.yaml'].map((name) => posix.join(folder, name)),
      folders: [],
    };
  },
  scan,
};

function scan({ path, text, related }: ScanInput): FileFindings {
  const found = new Collector(text);
  const folder = chartFolder(path);
  const valuesText =
    related.get(posix.join(folder, 'values.yaml')) ?? related.get(posix.join(folder, 'values.yml'));
  const [values] = parseYaml(valuesText ?? '').documents;
  const chart = chartDefaults(related.get(posix.join(folder, 'Chart.yaml')) ?? '');
  for (const tree of parseYaml(maskTemplates(text, 'go').text, namesImages).documents) {
    imagesOfManifest(tree, tree.root, ({ value, offset, end }, how) => {
      const written = text.slice(offset, end);
      const ranges = [...actionsIn(written, 'go')];
      if (ranges.length === 0) {
        found.image(value, offset, how);
        return;
      }
      const parts = splitAt(written, ranges, (action) => evaluateAction(action, values, chart));
      for (const result of combine(parts)) found.substituted(written, result, offset, how);
    });
  }
  return found.result();
}

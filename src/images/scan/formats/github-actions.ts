import type { Node } from 'yaml';
import { Collector } from '../collector.js';
import type { FileFindings, Format, ScanInput } from '../findings.js';
import { combine, type Part, splitAt } from '../text/choices.js';
import type { Value } from '../text/substitution.js';
import { parseYaml } from '../text/yaml-documents.js';
import type { YamlText, YamlTree } from '../text/yaml-tree.js';

/** What `uses:` and `runs.image` put before an image. */
const DOCKER = 'docker://';

/** Workflows and actions of GitHub (GitHub Actions, "Workflow syntax", "Metadata syntax"). */
export const githubActions: Format = { name: 'github-actions', scan };

function scan({ text }: ScanInput): FileFindings {
  const found = new Collector(text);
  const { documents, problems } = parseYaml(text);
  for (const tree of documents) {
    const inputs = ['workflow_call', 'workflow_dispatch'].map((event) =>
      tree.get(tree.root, 'on', event, 'inputs'),
    );
    const none: Part[] = [];
    const take = (image: YamlText | undefined, how: string, job?: Node) => {
      if (image === undefined || image.value === '') return;
      const parts = splitAt(image.value, expressionsIn(image.value), (expression) =>
        evaluate(tree, expression, inputs, job),
      );
      for (const result of combine(none.concat(parts))) {
        const name = result.text.startsWith(DOCKER) ? result.text.slice(DOCKER.length) : result.text;
        // An image that a matrix leaves out is how a job is told to use none.
        if (result.missing === undefined && name === '') continue;
        const skip = image.value.startsWith(DOCKER) ? DOCKER.length : 0;
        found.substituted(image.value, { ...result, text: name }, image.offset + skip, how);
      }
    };
    for (const { key, value: job } of tree.entries(tree.get(tree.root, 'jobs'))) {
      const container = tree.get(job, 'container');
      take(tree.text(container) ?? tree.textAt(container, 'image'), `container of job ${key}`, job);
      for (const service of tree.entries(tree.get(job, 'services'))) {
        take(tree.textAt(service.value, 'image'), `service ${service.key} of job ${key}`, job);
      }
      steps(tree, tree.get(job, 'steps'), `step of job ${key}`, take);
    }
    steps(tree, tree.get(tree.root, 'runs', 'steps'), 'step', take);
    const image = tree.textAt(tree.root, 'runs', 'image');
    if (image?.value.startsWith(DOCKER)) take(image, 'runs');
  }
  for (const { offset, message } of problems) found.problem(offset, message);
  return found.result();
}

function steps(
  tree: YamlTree,
  list: Node | undefined,
  how: string,
  take: (image: YamlText | undefined, how: string) => void,
): void {
  for (const step of tree.items(list)) {
    const uses = tree.textAt(step, 'uses');
    if (uses?.value.startsWith(DOCKER)) take(uses, how);
  }
}

function* expressionsIn(text: string): Generator<{ start: number; end: number }> {
  for (let start = text.indexOf('${{'); start >= 0; ) {
    const end = text.indexOf('}}', start);
    if (end < 0) return;
    yield { start, end: end + 2 };
    start = text.indexOf('${{', end);
  }
}

/** `matrix.NAME` of the job, and `inputs.NAME` with a default. All else is known only when it runs. */
function evaluate(
  tree: YamlTree,
  expression: string,
  inputs: readonly (Node | undefined)[],
  job: Node | undefined,
): Part {
  const inner = expression.slice(3, -2).trim();
  const [context, ...path] = inner.split('.');
  const isPlain = /^[\w-]+(?:\.[\w-]+)+$/.test(inner);
  if (isPlain && context === 'matrix') {
    const values = matrixValues(tree, tree.get(job, 'strategy', 'matrix'), path);
    return values.length > 0 ? values : { missing: `${inner} is not listed in the job's matrix` };
  }
  if (isPlain && context === 'inputs' && path.length === 1) {
    const given = inputs
      .map((node) => tree.textAt(node, path[0] ?? '', 'default'))
      .find((each) => each !== undefined);
    if (given !== undefined) return [{ text: given.value, from: `${inner} from its default` }];
    return { missing: `${inner} has no default` };
  }
  return { missing: `${inner} is known only when it runs` };
}

/** The values of a matrix's variable, those of `include` as well. */
function matrixValues(tree: YamlTree, matrix: Node | undefined, path: readonly string[]): Value[] {
  const [name = '', ...inside] = path;
  const nodes = [
    ...tree.items(tree.get(matrix, name)).map((item) => tree.get(item, ...inside)),
    ...tree.items(tree.get(matrix, 'include')).map((item) => tree.get(item, ...path)),
  ];
  return nodes.flatMap((node) => {
    const text = tree.text(node);
    return text === undefined ? [] : [{ text: text.value, from: `${path.join('.')} from the matrix` }];
  });
}

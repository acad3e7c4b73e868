import { Collector } from '../collector.js';
import type { FileFindings, Format, ScanInput } from '../findings.js';
import { blankComments } from '../text/blank-comments.js';
import { combine, type Part, splitAt } from '../text/choices.js';
import { parseYaml } from '../text/yaml-documents.js';

/**
 * devcontainer.json: JSON with comments, of which YAML is a superset (Development Container Specification, "devcontainer.json
 * reference"). Dockerfiles and compose files that it names are looked into by themselves.
 */
export const devcontainer: Format = { name: 'devcontainer', scan };

function scan({ text }: ScanInput): FileFindings {
  const found = new Collector(text);
  const { documents, problems } = parseYaml(blankComments(text));
  for (const tree of documents) {
    const image = tree.textAt(tree.root, 'image');
    if (image === undefined) continue;
    const ranges = [...image.value.matchAll(/\$\{[^{}]*\}/g)].map(({ 0: { length }, index }) => ({
      start: index,
      end: index + length,
    }));
    for (const result of combine(splitAt(image.value, ranges, evaluate))) {
      found.substituted(image.value, result, image.offset, 'image');
    }
  }
  for (const { offset, message } of problems) found.problem(offset, message);
  return found.result();
}

/** `${localEnv:NAME:default}`; nothing else of what may stand there is known before. */
function evaluate(variable: string): Part {
  const match = /^\$\{(localEnv|containerEnv):([^:}]*):([^}]*)\}$/.exec(variable);
  if (match !== null) return [{ text: match[3] ?? '', from: `${match[2]} from its default` }];
  return { missing: `the variable ${variable} is known only where it is opened` };
}

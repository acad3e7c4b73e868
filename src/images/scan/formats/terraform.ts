import { posix } from 'node:path';
import { Collector } from '../collector.js';
import type { FileFindings, Format, Relatives, ScanInput } from '../findings.js';
import { combine, type Part, splitAt } from '../text/choices.js';
import { type HclAttribute, hclAttributes } from './hcl-attributes.js';

/** Blocks and lists whose `image` is that of a container: providers kubernetes, docker, aws (ECS), google (Cloud Run), azurerm. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'container',
  'containers',
  'init_container',
  'init_containers',
  'initContainers',
  'ephemeralContainers',
  'container_spec',
  'container_definitions',
]);

/** Resources whose own attribute names an image, and which one. */
const RESOURCES: ReadonlyMap<string, string> = new Map([
  ['docker_image', 'name'],
  ['docker_registry_image', 'name'],
  ['docker_container', 'image'],
]);

/** Variables within variables at most; deeper is a circle. */
const DEPTH = 10;

/** Terraform and OpenTofu files. The variables and locals of a folder belong together. */
export const terraform: Format = { name: 'terraform', relatives, scan };

function relatives({ path }: ScanInput): Relatives {
  const endings = ['.tf', '.tofu', '.auto.tfvars'];
  return {
    files: [posix.join(posix.dirname(path), 'terraform.tfvars')],
    folders: [{ path: posix.dirname(path), endings }],
  };
}

function scan({ path, text, related }: ScanInput): FileFindings {
  const found = new Collector(text);
  const attributes = hclAttributes(text);
  const images = attributes.flatMap((attribute) => {
    const how = roleOf(attribute);
    return how === undefined ? [] : [{ attribute, how }];
  });
  if (images.length === 0) return found.result();
  const definitions = definitionsIn(new Map([...related, [path, text]]));
  for (const { attribute, how } of images) {
    const { value, isText, offset } = attribute;
    if (!isText && !/^(?:var|local)\./.test(value)) {
      // What another resource names is found there.
      if (!/^(?:data\.)?docker_(?:image|registry_image)\./.test(value)) {
        found.unresolved(value, offset, `the expression ${value} is not worked out`);
      }
      continue;
    }
    if (isText && /^\$\{(?:data\.)?docker_(?:image|registry_image)\.[^{}]*\}$/.test(value)) continue;
    const parts = isText ? partsOf(value, definitions, 0) : [evaluate(value, definitions, 0)];
    for (const result of combine(parts)) found.substituted(value, result, offset, how);
  }
  return found.result();
}

/** Which image an attribute names; undefined when none. */
function roleOf({ name, frames }: HclAttribute): string | undefined {
  const frame = frames.at(-1);
  if (frame === undefined) return undefined;
  if (name === 'image' && CONTAINERS.has(frame.name)) return `image of ${frame.name}`;
  const [type = ''] = frame.labels;
  const isResource = frame.name === 'resource' || frame.name === 'data';
  // A registry image that is a resource is one that is pushed.
  const isPushed = type === 'docker_registry_image' && frame.name === 'resource';
  if (!isResource || RESOURCES.get(type) !== name || frame.blocks.has('build') || isPushed) return undefined;
  return `${name} of ${type}`;
}

/** Values by `var.NAME` and `local.NAME`. */
type Definitions = ReadonlyMap<string, { readonly attribute: HclAttribute; readonly from: string }>;

function definitionsIn(files: ReadonlyMap<string, string>): Definitions {
  const definitions = new Map<string, { attribute: HclAttribute; from: string }>();
  const given = new Map<string, { attribute: HclAttribute; from: string }>();
  for (const [path, text] of files) {
    const from = posix.basename(path);
    for (const attribute of hclAttributes(text)) {
      const [frame, ...inner] = attribute.frames;
      if (frame === undefined && from.endsWith('.tfvars'))
        given.set(`var.${attribute.name}`, { attribute, from });
      else if (inner.length > 0) continue;
      else if (frame?.name === 'locals') definitions.set(`local.${attribute.name}`, { attribute, from });
      else if (frame?.name === 'variable' && attribute.name === 'default') {
        definitions.set(`var.${frame.labels[0] ?? ''}`, { attribute, from });
      }
    }
  }
  return new Map([...definitions, ...given]);
}

function partsOf(text: string, definitions: Definitions, depth: number): Part[] {
  const ranges = [...text.matchAll(/(?<!\$)\$\{[^{}]*\}/g)].map(({ 0: { length }, index }) => ({
    start: index,
    end: index + length,
  }));
  return splitAt(text, ranges, (expression) => evaluate(expression.slice(2, -1).trim(), definitions, depth));
}

function evaluate(expression: string, definitions: Definitions, depth: number): Part {
  if (!/^(?:var|local)\.[A-Za-z0-9_-]+$/.test(expression))
    return { missing: `the expression ${expression} is not worked out` };
  const found = definitions.get(expression);
  if (found === undefined) return { missing: `${expression} has no default that is a text` };
  if (depth > DEPTH) return { missing: `${expression} leads in a circle` };
  const { attribute, from } = found;
  if (!attribute.isText && attribute.value === 'null') return { missing: `${expression} has no default` };
  const parts = attribute.isText
    ? partsOf(attribute.value, definitions, depth + 1)
    : [evaluate(attribute.value, definitions, depth + 1)];
  const [result] = combine(parts);
  if (result === undefined) return { missing: `${expression} has no value` };
  if (result.missing !== undefined) return { missing: result.missing };
  return [{ text: result.text, from: [`${expression} from ${from}`, ...result.from].join('; ') }];
}

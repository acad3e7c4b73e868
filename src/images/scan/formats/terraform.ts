import { posix } from 'node:path';
import { Collector } from '../collector.js';
import type { FileFindings, Format, Relatives, ScanInput } from '../findings.js';
import { combine, type Part, splitAt } from '../text/choices.js';
import { Resolver } from '../text/resolver.js';
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
  const evaluate = evaluatorOf(definitionsIn(new Map([...related, [path, text]])));
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
    const parts = isText ? partsOf(value, evaluate) : [evaluate(value)];
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

function partsOf(text: string, evaluate: (expression: string) => Part): Part[] {
  const ranges = [...text.matchAll(/(?<!\$)\$\{[^{}]*\}/g)].map(({ 0: { length }, index }) => ({
    start: index,
    end: index + length,
  }));
  return splitAt(text, ranges, (expression) => evaluate(expression.slice(2, -1).trim()));
}

/** Works out `var.NAME` and `local.NAME`. */
function evaluatorOf(definitions: Definitions): (expression: string) => Part {
  const values: Resolver<Part> = new Resolver(
    (name) => {
      const found = definitions.get(name);
      if (found === undefined) return { missing: `${name} has no default that is a text` };
      const { attribute, from } = found;
      if (!attribute.isText && attribute.value === 'null') return { missing: `${name} has no default` };
      const parts = attribute.isText ? partsOf(attribute.value, evaluate) : [evaluate(attribute.value)];
      return (
        combine(parts).map((result): Part => {
          if (result.missing !== undefined) return { missing: result.missing };
          return [{ text: result.text, from: [`${name} from ${from}`, ...result.from].join('; ') }];
        })[0] ?? { missing: `${name} has no value` }
      );
    },
    (missing) => ({ missing }),
  );
  function evaluate(expression: string): Part {
    if (/^(?:var|local)\.[A-Za-z0-9_-]+$/.test(expression)) return values.get(expression);
    return { missing: `the expression ${expression} is not worked out` };
  }
  return evaluate;
}

import { Collector } from '../collector.js';
import type { FileFindings, Format } from '../findings.js';
import { type Lookup, substitute } from '../text/substitution.js';
import { directivesOf, type Instruction, instructionsOf } from './dockerfile-instructions.js';
import { isStage, type Stages } from './dockerfile-stages.js';

/** Dockerfiles and Containerfiles (Dockerfile reference). */
export const dockerfile: Format = { name: 'dockerfile', scan: ({ text }) => scanDockerfile(text) };

/** Variables that BuildKit sets ("Automatic platform ARGs in the global scope"). */
const PLATFORM = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/;

/** The images of a Dockerfile. */
export function scanDockerfile(text: string): FileFindings {
  const found = new Collector(text);
  const { syntax, escaper } = directivesOf(text);
  if (syntax !== undefined) found.image(syntax.text, syntax.offset, 'syntax');
  const globals = new Map<string, string | undefined>();
  const stages: { names: Set<string>; count: number } = { names: new Set(), count: 0 };
  for (const instruction of instructionsOf(text, escaper)) {
    const { word, args } = instruction;
    if (word === 'FROM') from(instruction, globals, stages, escaper, found);
    else if (word === 'ARG' && stages.count === 0) declare(args, globals, escaper);
    else if (word === 'COPY' || word === 'RUN' || word === 'ADD') flags(instruction, stages, found);
  }
  return found.result();
}

/** `ARG NAME`, `ARG NAME=VALUE`, several in one. */
function declare(args: Instruction['args'], globals: Map<string, string | undefined>, escaper: string): void {
  for (const { text } of args) {
    const equals = text.indexOf('=');
    if (equals < 0) {
      globals.set(text, globals.get(text));
      continue;
    }
    const value = text.slice(equals + 1);
    // Filled in here, as the name may be given again, made of what it was.
    const filled = substitute(value, globalLookup(globals), escaper);
    globals.set(text.slice(0, equals), filled.missing === undefined ? filled.text : value);
  }
}

function from(
  { args, flags: given }: Instruction,
  globals: ReadonlyMap<string, string | undefined>,
  stages: { names: Set<string>; count: number },
  escaper: string,
  found: Collector,
): void {
  const [image, as, name] = args;
  stages.count += 1;
  if (image !== undefined) {
    const result = substitute(image.text, globalLookup(globals), escaper);
    const written = result.missing === undefined ? result.text : image.text;
    if (written !== 'scratch' && !isStage(written, stages.names)) {
      const platform = given
        .find(({ text }) => text.startsWith('--platform='))
        ?.text.slice('--platform='.length);
      const how = platform === undefined ? 'FROM' : `FROM, platform ${platform}`;
      found.substituted(image.text, result, image.offset, how);
    }
  }
  if (as !== undefined && as.text.toUpperCase() === 'AS' && name !== undefined) {
    stages.names.add(name.text.toLowerCase());
  }
}

function globalLookup(globals: ReadonlyMap<string, string | undefined>): Lookup {
  return (name) => {
    const text = globals.get(name);
    if (text !== undefined) return { text, from: 'ARG' };
    if (globals.has(name)) return 'its ARG has no default';
    return PLATFORM.test(name) ? 'it depends on the platform' : 'no ARG before the first FROM declares it';
  };
}

/** `COPY --from=IMAGE` and `RUN --mount=type=bind,from=IMAGE`. */
function flags(
  { word, flags: given }: Instruction,
  { names, count }: Stages & { count: number },
  found: Collector,
): void {
  for (const { text, offset } of given) {
    const start = word === 'RUN' ? mountSource(text) : copySource(text);
    if (start === undefined) continue;
    const source = text.slice(start);
    const image = word === 'RUN' ? source.replace(/,.*$/s, '') : source;
    // Stages may be named by their number.
    const isNumber = /^\d+$/.test(image) && Number(image) < count;
    if (image === '' || image === 'scratch' || isNumber || isStage(image, names)) continue;
    const how = word === 'RUN' ? 'RUN --mount' : `${word} --from`;
    if (image.includes('$'))
      found.unresolved(image, offset + start, `no variables are filled in behind ${how}`);
    else found.image(image, offset + start, how);
  }
}

function copySource(flag: string): number | undefined {
  return flag.startsWith('--from=') ? '--from='.length : undefined;
}

function mountSource(flag: string): number | undefined {
  if (!flag.startsWith('--mount=')) return undefined;
  const at = flag.search(/[=,]from=/);
  return at < 0 ? undefined : at + ',from='.length;
}

import { type Document, isMap, isScalar, isSeq, parseDocument, type Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { ClientFileError } from './errors.js';
import { addressOf, type MirrorAccess } from './mirror-access.js';

/** Where k3s and RKE2 look; both read it when they start. */
export const K3S_FILE = '/etc/rancher/k3s/registries.yaml';

/** Behind our entries, so that they are known again when the mirror's address has changed. */
const MARK = ' docker-mirror';

/**
 * `registries.yaml` of k3s with the mirror in front of each registry's other endpoints; the registry itself is asked last, which k3s adds by
 * itself. Everything else stays, comments included. No entry for `"*"` is made: images of other registries are none of the mirror's business.
 * @param text of the file that is there; the empty text: there is none
 * @throws ClientFileError when it is not YAML, or not what k3s reads
 */
export function registriesYaml(access: MirrorAccess, text: string): string {
  const document = parse(text);
  removeMarked(mapAt(document, ['mirrors']));
  for (const host of access.upstreams)
    endpointsOf(document, host).items.unshift(marked(document, addressOf(access)));
  if (access.ca !== undefined) mapAt(document, ['configs', access.url.host, 'tls']).set('ca_file', access.ca);
  return document.toString({ lineWidth: 0 });
}

/**
 * The text without our entries, for a file that was changed since they were made.
 * @throws ClientFileError
 */
export function withoutMirrorYaml(text: string): string {
  const document = parse(text);
  removeMarked(mapAt(document, ['mirrors']));
  return document.toString({ lineWidth: 0 });
}

function parse(text: string): Document {
  const document: Document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new ClientFileError(`the file is not YAML: ${problem.message}`);
  if (document.contents === null) document.contents = document.createNode({}) as never;
  return document;
}

function endpointsOf(document: Document, host: string): YAMLSeq {
  const entry = mapAt(document, ['mirrors', host]);
  const endpoint = entry.get('endpoint', true) as unknown;
  if (isSeq(endpoint)) return endpoint;
  if (endpoint !== undefined && !(isScalar(endpoint) && endpoint.value === null)) {
    throw new ClientFileError(`mirrors.${host}.endpoint is no list`);
  }
  const list = new YAMLSeq();
  entry.set('endpoint', list);
  return list;
}

function marked(document: Document, address: string): Scalar {
  const entry = document.createNode(address) as Scalar;
  entry.type = 'QUOTE_DOUBLE';
  entry.comment = MARK;
  return entry;
}

/** Our entries of an earlier time, and what is empty without them. */
function removeMarked(mirrors: YAMLMap): void {
  for (const { key, value } of [...mirrors.items]) {
    const endpoint = isMap(value) ? value.get('endpoint', true) : undefined;
    if (!isMap(value) || !isSeq(endpoint)) continue;
    const others = endpoint.items.filter((item) => !(isScalar(item) && item.comment?.trim() === MARK.trim()));
    if (others.length === endpoint.items.length) continue;
    endpoint.items = others;
    if (others.length > 0) continue;
    value.delete('endpoint');
    if (value.items.length === 0) mirrors.delete(key);
  }
}

/** The map at a path, made where it is not there. */
function mapAt(document: Document, path: readonly string[]): YAMLMap {
  let map: unknown = document.contents;
  for (const [depth, key] of path.entries()) {
    if (!isMap(map)) throw notMap(path.slice(0, depth));
    const next: unknown = map.get(key, true);
    if (next === undefined || (isScalar(next) && next.value === null)) map.set(key, new YAMLMap());
    map = map.get(key, true);
  }
  if (!isMap(map)) throw notMap(path);
  return map;
}

function notMap(path: readonly string[]): ClientFileError {
  return new ClientFileError(path.length === 0 ? 'the file is no map' : `${path.join('.')} is no map`);
}

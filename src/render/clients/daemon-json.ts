import { withFirstItem, withMember, withoutItem, withoutMember } from '../json-edit.js';
import { type JsonNode, jsonProblem, parseJsonText } from '../json-syntax.js';

/** What Docker's daemon.json is to have (dockerd(8), "Daemon configuration file"). */
export interface DockerMirror {
  /** Asked before Docker Hub. Without a path. */
  readonly url: string;
  /** `HOST:PORT` that has to be named because it is reached without encryption; undefined: it need not be. */
  readonly insecureAddress: string | undefined;
  /** Whether the engine stops treating loopback addresses as insecure as soon as any address is named: they are named then, too. */
  readonly losesLoopback?: boolean;
}

const MIRRORS = 'registry-mirrors';
const INSECURE = 'insecure-registries';
const KEYS = [MIRRORS, INSECURE] as const;

/** What every engine treats as insecure when nothing is said. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'] as const;

/**
 * The text of daemon.json with the mirror in it, before other mirrors. What is there already stays where it is, and every other byte is
 * kept.
 * @param text what is there; undefined or blank: nothing
 * @throws JsonTextError when it is not a file that Docker could read
 */
export function withMirror(text: string | undefined, mirror: DockerMirror): string {
  const { url, insecureAddress, losesLoopback = false } = mirror;
  const isNew = text === undefined || isBlank(text);
  let result = isNew ? '{\n}\n' : text;
  if (!listOf(result, MIRRORS)?.texts.some((each) => isSameMirror(each, url))) {
    result = put(result, MIRRORS, [url]);
  }
  const named = listOf(result, INSECURE);
  if (insecureAddress === undefined || named?.texts.includes(insecureAddress) === true) return result;
  const alone = named === undefined && losesLoopback;
  return put(result, INSECURE, alone ? [insecureAddress, ...LOOPBACK] : [insecureAddress]);
}

/**
 * The text without the mirror. Without `before`, a key whose list becomes empty goes too.
 * @param before the text from before the mirror was put in: what it had stays, and as long as nothing else was changed since, the result
 *   is that text
 * @throws JsonTextError
 */
export function withoutMirror(
  text: string,
  { url, insecureAddress }: Pick<DockerMirror, 'url' | 'insecureAddress'>,
  before?: { readonly text: string | undefined },
): string {
  if (isBlank(text)) return text;
  const was =
    before === undefined || (before.text !== undefined && !isBlank(before.text)) ? before?.text : '{}';
  const mirrors = take(text, MIRRORS, was, (each) => isSameMirror(each, url));
  const isOurs = (each: string) =>
    each === insecureAddress || (before !== undefined && LOOPBACK.some((network) => network === each));
  return take(mirrors, INSECURE, was, isOurs);
}

/**
 * What an engine has to read before a key may go, because reading a file without the key changes nothing for it: `after`, with
 * the keys that go as what stands for their absence. Undefined when no key goes.
 * @param now what is there
 * @param after what is to be there in the end; undefined: no file
 * @throws JsonTextError
 */
export function withEmptyLists(
  now: string,
  after: string | undefined,
  { losesLoopback = false }: Pick<DockerMirror, 'losesLoopback'>,
): string | undefined {
  const isNew = after === undefined || isBlank(after);
  let result = isNew ? '{\n}\n' : after;
  let changed = false;
  for (const key of KEYS) {
    if (isBlank(now) || listOf(now, key) === undefined || listOf(result, key) !== undefined) continue;
    result = put(result, key, key === INSECURE && losesLoopback ? LOOPBACK : []);
    changed = true;
  }
  return changed ? result : undefined;
}

/** The mirrors that a daemon.json names. @throws JsonTextError */
export function mirrorsIn(text: string | undefined): readonly string[] {
  return text === undefined || isBlank(text) ? [] : (listOf(text, MIRRORS)?.texts ?? []);
}

/** Whether two URLs name the same mirror: Docker adds a slash to what it is given. */
export function isSameMirror(one: string, other: string): boolean {
  const [a, b] = [one, other].map((url) => (URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url));
  return a === b;
}

interface TextList {
  readonly root: Extract<JsonNode, { kind: 'object' }>;
  readonly index: number;
  readonly array: Extract<JsonNode, { kind: 'array' }>;
  readonly texts: readonly string[];
}

/** A list of texts under a key of the file; undefined when there is no such key. */
function listOf(text: string, key: string): TextList | undefined {
  const root = rootOf(text);
  const index = root.members.findIndex(({ name }) => name === key);
  const array = root.members[index]?.value;
  if (array === undefined) return undefined;
  if (array.kind !== 'array') {
    throw jsonProblem(text, array.start, `"${key}" is ${inWords(array)}, and has to be a list of texts`);
  }
  const texts = array.items.map((item) => {
    if (item.kind === 'text') return item.text;
    throw jsonProblem(text, item.start, `"${key}" holds ${inWords(item)}, and has to be a list of texts`);
  });
  return { root, index, array, texts };
}

function rootOf(text: string): Extract<JsonNode, { kind: 'object' }> {
  const root = parseJsonText(text);
  if (root.kind !== 'object')
    throw jsonProblem(text, root.start, `the file is ${inWords(root)}, and has to be an object`);
  const names = new Set<string>();
  for (const { name, start } of root.members) {
    if (names.has(name)) {
      const problem = `the key ${JSON.stringify(name)} is there for the second time`;
      throw jsonProblem(
        text,
        start,
        problem,
        'Docker would take the last one: leave only the one that is meant',
      );
    }
    names.add(name);
  }
  return root;
}

/** Puts values before the others of a list, which is made when there is none. */
function put(text: string, key: string, values: readonly string[]): string {
  const list = listOf(text, key);
  if (list === undefined) {
    const written = `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
    return withMember(text, rootOf(text), key, written);
  }
  return values.reduceRight((result, value) => {
    const array = listOf(result, key)?.array ?? list.array;
    return withFirstItem(result, array, JSON.stringify(value));
  }, text);
}

/** Takes values out of a list, except what `was` has, and the key with the last one, unless `was` has it. */
function take(
  text: string,
  key: string,
  was: string | undefined,
  isMeant: (value: string) => boolean,
): string {
  const had = was === undefined ? undefined : listOf(was, key);
  let result = text;
  for (;;) {
    const list = listOf(result, key);
    if (list === undefined) return result;
    const index = list.texts.findIndex((each) => isMeant(each) && had?.texts.includes(each) !== true);
    if (index >= 0) {
      result = withoutItem(result, list.array, index);
      continue;
    }
    // An empty list may be what a removal that was cut short left behind.
    const isLeftOver = list.texts.length === 0 && had === undefined && (was !== undefined || result !== text);
    return isLeftOver ? withoutMember(result, list.root, list.index) : result;
  }
}

/** Docker takes a file without anything in it for one without settings. */
function isBlank(text: string): boolean {
  return text.trim() === '';
}

function inWords(node: JsonNode): string {
  const words = {
    object: 'an object',
    array: 'a list',
    text: 'a text',
    number: 'a number',
    true: 'true',
    false: 'false',
    null: 'null',
  };
  return words[node.kind];
}

import { type Digest, isDigest } from '../../oci/digest.js';
import { isHost, isRepository, isTag } from '../../oci/name.js';
import { ArchiveError } from '../archive-error.js';
import { isRecord } from '../import/image.js';
import { shown } from '../tar/read-tar.js';
import { checkList } from './check-list.js';
import {
  type BundleContent,
  type BundleList,
  type BundleManifest,
  type BundleParent,
  type BundleRepository,
  FORMAT,
} from './list.js';

/**
 * Reads a list and checks it: every name is one, every digest that something needs is listed, nothing is listed twice.
 * @throws ArchiveError
 */
export function readList(bytes: Uint8Array): BundleList {
  const document = parsed(bytes);
  const format = document['format'];
  if (format !== FORMAT) {
    const told = typeof format === 'string' ? shown(format) : 'nothing';
    throw new ArchiveError(`it is no bundle that this version knows: it calls its format ${told}`, {
      hint: `expected ${FORMAT}, as "docker-mirror bundle create" writes it`,
    });
  }
  const earlier = record(document['earlier'], 'earlier');
  const list: BundleList = {
    created: time(document['created'], 'created'),
    parent: optional(document['parent'], (value) => parentIn(value)),
    since: optional(document['since'], (value) => time(value, 'since')),
    index: content(document['index'], 'index'),
    repositories: array(document['repositories'], 'repositories').map(repository),
    manifests: distinct(array(document['manifests'], 'manifests').map(manifest), 'manifests'),
    blobs: distinct(array(document['blobs'], 'blobs').map(blob), 'blobs'),
    members: digests(document['members'], 'members'),
    earlier: {
      repositories: array(earlier['repositories'], 'earlier.repositories').map(repository),
      content: digests(earlier['content'], 'earlier.content'),
    },
  };
  checkList(list);
  return list;
}

function parsed(bytes: Uint8Array): Record<string, unknown> {
  try {
    return record(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), 'list');
  } catch (cause) {
    if (cause instanceof ArchiveError) throw cause;
    throw new ArchiveError('its list is no JSON document', { cause });
  }
}

function parentIn(value: unknown): BundleParent {
  const parent = record(value, 'parent');
  return { list: digest(parent['list'], 'parent.list'), created: time(parent['created'], 'parent.created') };
}

function repository(value: unknown): BundleRepository {
  const found = record(value, 'repositories');
  const tags = array(found['tags'], 'tags').map((entry) => {
    const tagged = record(entry, 'tags');
    return [text(tagged['tag'], 'tag', isTag), digest(tagged['digest'], 'tags')] as const;
  });
  const borrowed = array(found['borrowed'] ?? [], 'borrowed').map((entry) => {
    const one = record(entry, 'borrowed');
    return [digest(one['digest'], 'borrowed'), host(one['upstream'])] as const;
  });
  return {
    upstream: host(found['upstream']),
    name: text(found['name'], 'name', isRepository),
    tags: distinct(tags, 'tags'),
    manifests: digests(found['manifests'], 'repositories.manifests'),
    borrowed: distinct(borrowed, 'borrowed'),
  };
}

function host(value: unknown): string | undefined {
  return optional(value, (each) => text(each, 'upstream', isHost));
}

function manifest(value: unknown): readonly [Digest, BundleManifest] {
  const found = record(value, 'manifests');
  const names = array(found['platforms'] ?? [], 'platforms');
  return [
    digest(found['digest'], 'manifests'),
    {
      mediaType: text(found['mediaType'], 'mediaType', (type) => type.length <= 255),
      size: size(found['size'], 'manifests'),
      children: digests(found['children'] ?? [], 'children'),
      blobs: digests(found['blobs'] ?? [], 'manifests.blobs'),
      platforms: names.map((name) => text(name, 'platforms', (each) => /^[\w./-]{1,100}$/.test(each))),
    },
  ];
}

function blob(value: unknown): readonly [Digest, number] {
  const found = content(value, 'blobs');
  return [found.digest, found.size];
}

function content(value: unknown, where: string): BundleContent {
  const found = record(value, where);
  return { digest: digest(found['digest'], where), size: size(found['size'], where) };
}

function digests(value: unknown, where: string): Digest[] {
  const all = array(value, where).map((each) => digest(each, where));
  if (new Set(all).size < all.length) throw wrong(where, 'names something twice');
  return all;
}

function digest(value: unknown, where: string): Digest {
  if (typeof value === 'string' && isDigest(value)) return value;
  throw wrong(where, 'has something that is no digest');
}

/** Small enough that sizes of many can be added. */
function size(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 43) return value;
  throw wrong(where, 'has a size that is none');
}

function time(value: unknown, where: string): string {
  return text(
    value,
    where,
    (each) => /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(each) && !Number.isNaN(Date.parse(each)),
  );
}

function text(value: unknown, where: string, isRight: (text: string) => boolean): string {
  if (typeof value === 'string' && isRight(value)) return value;
  const told = typeof value === 'string' ? `${shown(value)}, which is none` : 'something else';
  throw wrong(where, `has ${told}`);
}

function distinct<Key extends string, Value>(
  entries: readonly (readonly [Key, Value])[],
  where: string,
): ReadonlyMap<Key, Value> {
  const found = new Map(entries);
  if (found.size < entries.length) throw wrong(where, 'names something twice');
  return found;
}

function optional<Value>(value: unknown, read: (value: unknown) => Value): Value | undefined {
  return value === null || value === undefined ? undefined : read(value);
}

function array(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(where, 'is no array');
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw wrong(where, 'is no object');
}

function wrong(where: string, what: string): ArchiveError {
  return new ArchiveError(`its list is wrong: ${where} ${what}`);
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What is wrong in a store, and what was looked at. */
export interface Audit {
  /** Sentences; none when all is well. */
  readonly problems: readonly string[];
  readonly blobs: number;
  readonly tags: number;
}

/**
 * Looks at a folder in Distribution's layout with its own eyes, without the product's code: every visible blob must hash to its name, every tag and
 * revision must lead to a visible blob, and so must every layer link.
 * @param verified digests whose bytes need not be hashed again; those found right are added
 */
export async function auditStore(rootDirectory: string, verified = new Set<string>()): Promise<Audit> {
  const root = join(rootDirectory, 'docker', 'registry', 'v2');
  const problems: string[] = [];
  const present = new Set<string>();
  for (const algorithm of await names(join(root, 'blobs'))) {
    for await (const { hex, data } of blobFiles(join(root, 'blobs', algorithm))) {
      const digest = `${algorithm}:${hex}`;
      present.add(digest);
      if (verified.has(digest)) continue;
      const actual = await hashOf(data, algorithm);
      if (actual === hex) verified.add(digest);
      else problems.push(`the blob ${digest} has bytes whose hash is ${actual}`);
    }
  }
  let tags = 0;
  for await (const repository of repositories(join(root, 'repositories'))) {
    tags += (await names(join(repository, '_manifests', 'tags'))).length;
    problems.push(...(await auditRepository(repository, present)));
  }
  return { problems, blobs: present.size, tags };
}

async function auditRepository(repository: string, present: ReadonlySet<string>): Promise<string[]> {
  const problems: string[] = [];
  const revisions = new Set<string>();
  for (const [kind, folder] of [
    ['revision', join(repository, '_manifests', 'revisions')],
    ['layer', join(repository, '_layers')],
  ] as const) {
    for (const algorithm of await names(folder)) {
      for (const hex of await names(join(folder, algorithm))) {
        const digest = `${algorithm}:${hex}`;
        const link = await readText(join(folder, algorithm, hex, 'link'));
        // A folder without its link is invisible to every reader of the layout.
        if (link === undefined) continue;
        if (kind === 'revision') revisions.add(digest);
        if (link !== digest) problems.push(`${repository}: the link of ${kind} ${digest} says "${link}"`);
        if (!present.has(digest)) problems.push(`${repository}: ${kind} ${digest} has no blob`);
      }
    }
  }
  const tags = join(repository, '_manifests', 'tags');
  for (const tag of await names(tags)) {
    const link = await readText(join(tags, tag, 'current', 'link'));
    if (link === undefined) problems.push(`${repository}: the tag ${tag} has no current link`);
    else if (!revisions.has(link))
      problems.push(`${repository}: the tag ${tag} leads to "${link}", not here`);
  }
  return problems;
}

async function* blobFiles(folder: string): AsyncGenerator<{ hex: string; data: string }> {
  for (const prefix of await names(folder)) {
    for (const hex of await names(join(folder, prefix))) {
      const data = join(folder, prefix, hex, 'data');
      if (await isFile(data)) yield { hex, data };
    }
  }
}

/** Every folder below that has `_manifests` or `_layers`. */
async function* repositories(folder: string): AsyncGenerator<string> {
  const children = await names(folder);
  if (children.includes('_manifests') || children.includes('_layers')) yield folder;
  for (const child of children) if (!child.startsWith('_')) yield* repositories(join(folder, child));
}

async function hashOf(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The names in a folder; none when it is not there. */
async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

import { readTextIfThere, writeFileAtomic } from '../../host/files.js';
import { type Digest, isDigest } from '../../oci/digest.js';
import { isRecord } from '../import/image.js';
import type { KnownTag } from './plan-apply.js';
import type { PlacedUnit } from './units-here.js';

/**
 * What bundles put where a push would put it, so that a later bundle may move it although nothing else that was pushed is ever moved. When the record is lost, a
 * later bundle needs `--force` for such tags.
 */
export type AppliedTags = ReadonlyMap<string, ReadonlySet<Digest>>;

/** Reads the record; one that is damaged is as if it were not there. @throws FileError */
export async function readApplied(path: string): Promise<AppliedTags> {
  const text = await readTextIfThere(path);
  const tags = new Map<string, ReadonlySet<Digest>>();
  for (const [image, digests] of Object.entries(parsed(text ?? ''))) {
    if (!Array.isArray(digests)) continue;
    tags.set(
      image,
      new Set(digests.filter((each): each is Digest => typeof each === 'string' && isDigest(each))),
    );
  }
  return tags;
}

/** Whether a bundle put that there. */
export function wasApplied(tags: AppliedTags, repository: string, tag: string, digest: Digest): boolean {
  return tags.get(`${repository}:${tag}`)?.has(digest) === true;
}

/**
 * Notes what is going to be put there, before it is: of a run that is ended in the middle both what was there and what was to be are known.
 * @throws FileError
 */
export async function noteApplied(
  path: string,
  before: AppliedTags,
  units: readonly PlacedUnit[],
  tagOf: (repository: string, tag: string) => KnownTag | undefined,
): Promise<void> {
  const tags = new Map(before);
  for (const { repository, tag, root, upstream } of units) {
    if (tag === undefined || upstream !== undefined) continue;
    const there = tagOf(repository, tag)?.digest;
    const known = before.get(`${repository}:${tag}`);
    // What somebody pushed themselves stays theirs, though it be the same.
    if (there === root && known?.has(root) !== true) continue;
    const kept = there !== undefined && known?.has(there) === true ? [there] : [];
    tags.set(`${repository}:${tag}`, new Set([...kept, root]));
  }
  if (tags.size === 0) return;
  const sorted = [...tags].sort(([one], [other]) => (one < other ? -1 : 1));
  await writeFileAtomic(
    path,
    `${JSON.stringify({ tags: Object.fromEntries(sorted.map(([image, digests]) => [image, [...digests]])) }, undefined, 1)}\n`,
  );
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && isRecord(value['tags']) ? value['tags'] : {};
  } catch {
    // Not there, or torn: see above.
    return {};
  }
}

import type { Digest } from '../../oci/digest.js';
import * as layout from '../layout.js';
import type { TagRecord } from '../port.js';
import { latestFirst } from '../tag-record.js';
import type { Disk } from './disk.js';
import { linkedDigests, readLink } from './links.js';

/** What a tag points and pointed at, from its `index/`, where Distribution keeps it too. The times are those of the links. */
export async function readTagHistory(disk: Disk, repository: string, tag: string): Promise<TagRecord[]> {
  const current = layout.tagCurrent(repository, tag);
  const now = await readLink(disk, current);
  if (now === undefined) return [];
  const records = new Map<Digest, TagRecord>();
  for await (const digest of linkedDigests(disk, layout.tagIndexFolder(repository, tag))) {
    const link = await disk.stat(layout.tagIndex(repository, tag, digest));
    if (link !== undefined) records.set(digest, { digest, since: link.mtime, isNow: digest === now });
  }
  if (!records.has(now)) {
    // A damaged index does not hide what the tag points at.
    const link = await disk.stat(current);
    if (link !== undefined) records.set(now, { digest: now, since: link.mtime, isNow: true });
  }
  return [...records.values()].sort(latestFirst);
}

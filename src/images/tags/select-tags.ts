import type { TagSelection } from '../../oci/image-options.js';
import { isTag } from '../../oci/name.js';
import { matchingTags } from './match-pattern.js';
import { naturalOrder } from './natural-order.js';
import { newerFirst, rangeTest, type TagVersion, versionOf } from './tag-version.js';

/**
 * The tags that a line of the list chooses among those of a repository, the newest first. A range takes tags that are versions; a pattern
 * takes any, and has versions before other tags, which are in natural order, the last first.
 * @param tags as an upstream lists them; what can be no tag is passed over
 * @throws TagPatternError when the pattern takes too long on them
 */
export function selectTags(tags: readonly string[], selection: TagSelection): string[] {
  const known = [...new Set(tags)].filter(isTag);
  const chosen = selection.kind === 'range' ? known : matchingTags(known, selection.pattern);
  const versions = chosen.flatMap((tag) => versionOf(tag) ?? []);
  const ordered =
    selection.kind === 'range'
      ? inOrder(versions.filter(rangeTest(selection.range)))
      : [...inOrder(versions), ...others(chosen, versions)];
  return ordered.slice(0, selection.newest);
}

function inOrder(versions: readonly TagVersion[]): string[] {
  return versions.toSorted((a, b) => newerFirst(a, b) || naturalOrder(a.tag, b.tag)).map(({ tag }) => tag);
}

function others(chosen: readonly string[], versions: readonly TagVersion[]): string[] {
  const known = new Set(versions.map(({ tag }) => tag));
  return chosen.filter((tag) => !known.has(tag)).sort((a, b) => naturalOrder(b, a));
}

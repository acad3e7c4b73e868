import type { ImageOptions, TagSelection } from './image-options.js';
import { formatPlatform } from './platform.js';

/** Options as they stand in a line, in the order that docs/images.md has: `platforms=linux/arm64 archive`. Empty when there are none. */
export function formatOptions({ platforms, tags, pin, archive }: ImageOptions): string {
  return [
    ...(platforms === undefined ? [] : [`platforms=${platforms.map(formatPlatform).join(',')}`]),
    ...(tags === undefined ? [] : formatTags(tags)),
    ...(pin === false ? [] : [pin === true ? 'pin' : `pin=${pin}`]),
    ...(archive ? ['archive'] : []),
  ].join(' ');
}

function formatTags(tags: TagSelection): string[] {
  const which = tags.kind === 'pattern' ? String(tags.pattern) : formatRange(tags.range);
  return [`tags=${which}`, ...(tags.newest === undefined ? [] : [`newest=${tags.newest}`])];
}

/** Comparators that all hold need no quotes with a comma between them. */
function formatRange(range: string): string {
  if (!range.includes(' ')) return range;
  return range.includes(' - ') || range.includes('||') ? `"${range}"` : range.replaceAll(' ', ',');
}

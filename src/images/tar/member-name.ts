/** Longest path of a member, characters. */
const PATH_LIMIT = 4096;

/**
 * A path in an archive without what changes nothing (`./`, doubled slashes, a `..` behind a folder); undefined when it is absolute, leads
 * out, or cannot be a path.
 */
export function memberName(path: string): string | undefined {
  if (path.startsWith('/') || path.includes('\0') || path.includes('\\') || path.length > PATH_LIMIT)
    return undefined;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

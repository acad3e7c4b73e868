import { posix } from 'node:path';

/** The path of a file in the same folder. */
export function beside(path: string, name: string): string {
  return posix.join(posix.dirname(path), name);
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return posix.basename(path);
}

/** The folder and those above it, the nearest first, as far as the path itself goes. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = posix.dirname(path); ; at = posix.dirname(at)) {
    folders.push(at);
    if (at === '.' || at === '/' || at === posix.dirname(at)) return folders;
  }
}

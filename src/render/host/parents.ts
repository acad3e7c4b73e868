import { dirname } from 'node:path';
import type { Wanted } from './wanted.js';

const FOLDER_MODE = 0o755;

/** What is wanted, with the folders that it lies in before it: those that are not there are made, known, and removed again. */
export function withParents(wanted: readonly Wanted[]): Wanted[] {
  const named = new Set(wanted.flatMap((item) => (item.kind === 'folder' ? [item.path] : [])));
  const all: Wanted[] = [];
  for (const item of wanted) {
    for (const path of 'path' in item ? ancestors(item.path) : []) {
      if (named.has(path)) continue;
      named.add(path);
      all.push({ kind: 'folder', path, mode: FOLDER_MODE });
    }
    all.push(item);
  }
  return all;
}

/** The folders above a path, highest first, without the root. */
function ancestors(path: string): string[] {
  const above = dirname(path);
  return above === path || above === dirname(above) ? [] : [...ancestors(above), above];
}

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A tree of files of one format, and what is to be found in it. */
export interface ScanTree {
  readonly name: string;
  /** `PATH:LINE: IMAGE`, sorted. */
  readonly images: readonly string[];
  /** `PATH:LINE: TEXT: WHY`, the reason perhaps only begun, sorted. */
  readonly unresolved: readonly string[];
  /** `PATH:LINE` of what cannot be understood, sorted. */
  readonly problems: readonly string[];
}

// From build/test/parts.
const ROOT = fileURLToPath(new URL('../../../test/parts/scan-trees', import.meta.url));

/** The folder that the trees lie in; paths of what is expected are relative to it. */
export const SCAN_TREES_ROOT = ROOT;

/** Every tree: the folder `NAME` beside the table `NAME.expected`, whose lines begin with `? ` for what is not resolved, `! ` for what is not understood. */
export function scanTrees(): ScanTree[] {
  return readdirSync(ROOT)
    .filter((name) => name.endsWith('.expected'))
    .map((file) => {
      const lines = readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      const marked = (mark: string) =>
        lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
      return {
        name: file.slice(0, -'.expected'.length),
        images: lines.filter((line) => !/^[?!] /.test(line)).sort(),
        unresolved: marked('? ').sort(),
        problems: marked('! ').sort(),
      };
    });
}

/** Every file of the trees, with its path relative to their folder. */
export function scanTreeFiles(): { readonly path: string; readonly text: string }[] {
  return readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.expected'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, 'utf8') }));
}

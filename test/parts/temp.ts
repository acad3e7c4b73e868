import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asPart, atExit, type Part } from './cleanup.js';

/** A folder of a test's own, gone with everything mounted below it when closed or when the process ends. */
export interface TempFolder extends Part {
  readonly path: string;
  /** A path below the folder. */
  file(...names: string[]): string;
}

/** Makes a folder. The name is kept short, because Unix sockets below it may have paths of 107 bytes at most. */
export async function tempFolder(name = 'dm'): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), `${name}-`));
  const forget = atExit(() => removeTree(path));
  return {
    path,
    file: (...names) => join(path, ...names),
    ...asPart(async () => {
      removeTree(path);
      forget();
    }),
  };
}

/** Unmounts what is mounted below a folder, innermost first, then removes the folder. Container engines leave mounts behind. */
function removeTree(path: string): void {
  for (const mount of mountsBelow(path)) spawnSync('umount', ['--lazy', mount]);
  const left = mountsBelow(path);
  if (left.length > 0) throw new Error(`still mounted, so not removed: ${left.join(', ')}`);
  rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}

function mountsBelow(path: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => unescapeOctal(line.split(' ')[4] ?? ''))
    .filter((point) => point.startsWith(`${path}/`))
    .reverse();
}

/** proc(5): space, tab, newline and backslash are written as octal escapes. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

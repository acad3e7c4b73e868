import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asPart, atExit, type Part } from '../cleanup.js';

/** A folder of a test's own. */
export interface MemoryFolder extends Part {
  readonly path: string;
}

const SHARED_MEMORY = '/dev/shm';

/** Makes a folder in memory where there is a place for that: many thousand small files are written below it. */
export function memoryFolder(): MemoryFolder {
  const parent = existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir();
  const path = mkdtempSync(join(parent, 'dm-kconfig-'));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  const forget = atExit(remove);
  return {
    path,
    ...asPart(async () => {
      remove();
      forget();
    }),
  };
}

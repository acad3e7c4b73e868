import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new, empty folder and how to get rid of it. */
export async function temporaryFolder(base = tmpdir()): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(base, 'docker-mirror-store-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The same in memory where there is such a place: for tens of thousands of files, which a disk takes its time over. */
export async function quickFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const base = await access('/dev/shm').then(
    () => '/dev/shm',
    () => tmpdir(),
  );
  return temporaryFolder(base);
}

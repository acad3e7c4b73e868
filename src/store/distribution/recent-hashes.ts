import type { BigIntStats } from 'node:fs';
import type { RunningHash } from './growing-file.js';

/** How many uploads between two requests are remembered; a hash is a few hundred bytes. */
const KEPT = 256;

/** The running hashes of uploads that are between two requests, so that their content need not be read again. */
export class RecentHashes {
  readonly #hashes = new Map<string, { running: RunningHash; state: string }>();

  /** @param found of the file the hash covers, to notice when somebody else changes it */
  keep(id: string, running: RunningHash, found: BigIntStats): void {
    if (running.size !== Number(found.size)) return;
    this.#hashes.set(id, { running, state: stateOf(found) });
    for (const oldest of this.#hashes.keys()) {
      if (this.#hashes.size <= KEPT) break;
      this.#hashes.delete(oldest);
    }
  }

  /** Takes a hash out; undefined when there is none or the file is not as it was. */
  take(id: string, found: BigIntStats): RunningHash | undefined {
    const kept = this.#hashes.get(id);
    this.#hashes.delete(id);
    return kept?.state === stateOf(found) ? kept.running : undefined;
  }
}

function stateOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join('-');
}

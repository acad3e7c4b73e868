import { Claims } from './claims.js';
import { MemoryBlobs } from './memory/blobs.js';
import { MemoryContents } from './memory/contents.js';
import { MemoryOrigins, MemoryReferrers } from './memory/records.js';
import { MemoryRepositories } from './memory/repositories.js';
import { MemoryUploads } from './memory/uploads.js';
import { OpenThings } from './open-things.js';
import type { Store } from './port.js';

/** How to make a store in memory. */
export interface MemoryStoreOptions {
  /** What it holds; give the same to a second store to see what a restart sees. Empty when absent. */
  readonly contents?: MemoryContents;
  /** Milliseconds since 1970; the machine's clock when absent. */
  readonly now?: () => number;
}

/** A store in memory, for unit tests. */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const contents = options.contents ?? new MemoryContents();
  const now = options.now ?? Date.now;
  const claims = new Claims();
  const open = new OpenThings();
  return {
    blobs: new MemoryBlobs(contents, claims, open, now),
    repositories: new MemoryRepositories(contents, now),
    uploads: new MemoryUploads(contents, claims, open, now),
    origins: new MemoryOrigins(contents),
    referrers: new MemoryReferrers(contents),
    probe: async () => undefined,
    close: () => open.closeAll(),
  };
}

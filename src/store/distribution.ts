import { Claims } from './claims.js';
import { DistributionBlobs } from './distribution/blobs.js';
import { Disk } from './distribution/disk.js';
import { atEdge } from './distribution/edge.js';
import { DistributionOrigins } from './distribution/origins.js';
import { DistributionReferrers } from './distribution/referrers.js';
import { DistributionRepositories } from './distribution/repositories.js';
import { DistributionUploads } from './distribution/uploads.js';
import { OpenThings } from './open-things.js';
import type { Store } from './port.js';

/** How to make a store on a file system. */
export interface DistributionStoreOptions {
  /** Distribution's `storage.filesystem.rootdirectory`; made when something is written and it is not there. */
  readonly rootDirectory: string;
  /** Milliseconds since 1970; the machine's clock when absent. */
  readonly now?: () => number;
}

/**
 * A store in the file-system layout of CNCF Distribution, which stock Distribution can be started on as well. One store
 * at a time may write to a folder: what is taken up is known in this process only.
 */
export function createDistributionStore(options: DistributionStoreOptions): Store {
  const disk = new Disk(options.rootDirectory, options.now ?? Date.now);
  const open = new OpenThings();
  const shared = { disk, open, claims: new Claims() };
  return {
    blobs: new DistributionBlobs(shared),
    repositories: new DistributionRepositories(disk),
    uploads: new DistributionUploads(shared),
    origins: new DistributionOrigins(disk),
    referrers: new DistributionReferrers(disk),
    probe: () => atEdge('writing to the store', () => disk.probe()),
    close: async () => {
      await open.closeAll();
      await disk.close();
    },
  };
}

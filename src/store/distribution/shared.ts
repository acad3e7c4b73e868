import { HEX_LENGTH } from '../../oci/digest.js';
import type { Claims } from '../claims.js';
import type { OpenThings } from '../open-things.js';
import type { Disk } from './disk.js';

/** What the parts of one store share. */
export interface Shared {
  readonly disk: Disk;
  readonly claims: Claims;
  readonly open: OpenThings;
}

/** The algorithms whose folders are looked into. */
export const ALGORITHMS = Object.keys(HEX_LENGTH);

/** How many small files are looked at together where many are. */
export const AHEAD = 16;

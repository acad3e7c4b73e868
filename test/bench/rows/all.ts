import { archive } from './archive.js';
import { coldCrowd } from './cold-crowd.js';
import { coldPull } from './cold-pull.js';
import { configGet } from './config-get.js';
import { firstByte } from './first-byte.js';
import { kconfig } from './kconfig.js';
import { memory } from './memory.js';
import { nightly } from './nightly.js';
import { prePull } from './pre-pull.js';
import type { Row } from './row.js';
import { scan } from './scan.js';
import { scanSource } from './scan-source.js';
import { start } from './start.js';
import { warmBlob } from './warm-blob.js';
import { warmManifest } from './warm-manifest.js';

/** Every row, in the order it is run and shown. */
export const ROWS: readonly Row[] = [
  coldPull,
  firstByte,
  coldCrowd,
  warmBlob,
  warmManifest,
  memory,
  start,
  nightly,
  prePull,
  archive,
  kconfig,
  configGet,
  scan,
  scanSource,
];

import * as z from 'zod';
import { choiceOf, flag, whenAsked, wholeNumber } from './symbol.js';

const compression = choiceOf({
  DOCKER_MIRROR_ARCHIVE_GZIP: 'gzip',
  DOCKER_MIRROR_ARCHIVE_ZSTD: 'zstd',
  DOCKER_MIRROR_ARCHIVE_UNCOMPRESSED: 'none',
});

/** Images as files: kconfig/update.kconfig. */
export const archiveSchema = z.object({
  DOCKER_MIRROR_ARCHIVE: flag,
  ...compression.shape,
  DOCKER_MIRROR_ARCHIVE_KEEP: whenAsked(wholeNumber),
});

export function readArchive(symbols: z.infer<typeof archiveSchema>) {
  if (!symbols.DOCKER_MIRROR_ARCHIVE) return undefined;
  return {
    compression: compression.chosen(symbols) ?? 'gzip',
    /** How many of the last ones of an image stay. */
    keep: symbols.DOCKER_MIRROR_ARCHIVE_KEEP ?? 1,
  };
}

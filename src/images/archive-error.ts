import { MirrorError } from '../errors.js';

/** An archive cannot be read, or must not be: it is damaged, hostile, or of a kind that is not known. */
export class ArchiveError extends MirrorError {
  readonly code = 'ARCHIVE_REFUSED';
}

/** An image cannot be archived or imported: it is not here, not whole, or in the way of another. */
export class ImageError extends MirrorError {
  readonly code = 'IMAGE_REFUSED';
}

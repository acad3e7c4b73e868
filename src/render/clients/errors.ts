import { MirrorError } from '../../errors.js';

/** A client's own configuration file cannot be changed safely: it is left as it is. */
export class ClientFileError extends MirrorError {
  readonly code = 'CLIENT_FILE_UNUSABLE';
}

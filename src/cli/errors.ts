import { MirrorError } from '../errors.js';

/** The command line was not understood. */
export class UsageError extends MirrorError {
  readonly code = 'USAGE';
}

/** A command could not do what it was asked. */
export class CommandFailure extends MirrorError {
  readonly code = 'FAILED';
}

/** The user pressed Ctrl-C. The message says in what state things were left. */
export class Interrupted extends MirrorError {
  readonly code = 'INTERRUPTED';
}

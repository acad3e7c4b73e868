import { MirrorError } from '../../errors.js';

/** A bundle was not signed by somebody who is trusted here. */
export class SignatureError extends MirrorError {
  readonly code = 'SIGNATURE_REFUSED';
}

/** A key is none, or cannot be used. */
export class KeyError extends MirrorError {
  readonly code = 'KEY_REFUSED';
}

/** A bundle needs what is not here, or would replace what was pushed here. Nothing was changed. */
export class BundleRefused extends MirrorError {
  readonly code = 'BUNDLE_REFUSED';
}

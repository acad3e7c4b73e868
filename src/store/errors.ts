import { errorCode, MirrorError, type MirrorErrorOptions } from '../errors.js';
import type { Digest } from '../oci/digest.js';

/** What can be wrong with a store. */
export type StoreErrorCode =
  | 'STORE_BUSY'
  | 'STORE_FULL'
  | 'STORE_READ_ONLY'
  | 'STORE_DENIED'
  | 'STORE_FAILED';

/** A store could not do what it was asked. */
export class StoreError extends MirrorError {
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options: MirrorErrorOptions = {},
  ) {
    super(message, options);
  }
}

/** The bytes are not those their digest names. Nothing of them was made visible. */
export class DigestMismatchError extends MirrorError {
  readonly code = 'DIGEST_MISMATCH';

  constructor(
    readonly expected: Digest,
    readonly actual: string,
    /** Bytes that were hashed. */
    readonly size: number,
  ) {
    super(`the content is ${actual} (${size} bytes) and not ${expected}`, { retryable: true });
  }
}

const SYSTEM_CODES: Readonly<Record<string, { code: StoreErrorCode; hint: string; retryable: boolean }>> = {
  ENOSPC: { code: 'STORE_FULL', hint: 'make room on the disk that holds the mirror', retryable: true },
  EDQUOT: { code: 'STORE_FULL', hint: "raise the quota of the mirror's user", retryable: true },
  EROFS: {
    code: 'STORE_READ_ONLY',
    hint: 'mount the file system that holds the mirror read-write',
    retryable: true,
  },
  EACCES: { code: 'STORE_DENIED', hint: "give the folder to the mirror's user (chown -R)", retryable: false },
  EPERM: { code: 'STORE_DENIED', hint: "give the folder to the mirror's user (chown -R)", retryable: false },
};

/** A system error as a StoreError; errors of our own are passed through. */
export function asStoreError(error: unknown, doing: string): MirrorError {
  if (error instanceof MirrorError) return error;
  const known = SYSTEM_CODES[errorCode(error) ?? ''];
  const text = error instanceof Error ? error.message : String(error);
  if (known === undefined) return new StoreError('STORE_FAILED', `${doing}: ${text}`, { cause: error });
  const { code, hint, retryable } = known;
  return new StoreError(code, `${doing}: ${text}`, { hint, retryable, cause: error });
}

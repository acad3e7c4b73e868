import { MirrorError, type MirrorErrorOptions } from '../errors.js';

/**
 * Error codes of the OCI distribution specification 1.1, section "Error Codes", and of
 * Distribution (`UNAVAILABLE`, `RANGE_INVALID`, `PAGINATION_NUMBER_INVALID`, `UNKNOWN`), with the status each is sent with.
 */
export const OCI_STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  PAGINATION_NUMBER_INVALID: 400,
  RANGE_INVALID: 416,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 405,
  TOOMANYREQUESTS: 429,
  UNAVAILABLE: 503,
  UNKNOWN: 500,
} as const satisfies Record<string, number>;

/** A code that may stand in an OCI error document. */
export type OciErrorCode = keyof typeof OCI_STATUS;

/** What an OCI error answer may carry besides code and message. */
export interface OciErrorOptions extends MirrorErrorOptions {
  /** The HTTP status, when it is not the code's usual one (a dead upstream is `UNAVAILABLE` with 502). */
  readonly status?: number;
  /** The `detail` member of the error document; never holds a secret. */
  readonly detail?: unknown;
  /** Headers to send along, such as `Retry-After` (seconds) or `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that the OCI distribution API knows as an error. */
export class OciError extends MirrorError {
  readonly status: number;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: OciErrorCode,
    message: string,
    options: OciErrorOptions = {},
  ) {
    super(message, options);
    this.status = options.status ?? OCI_STATUS[code];
    this.detail = options.detail;
    this.headers = options.headers ?? {};
  }
}

/**
 * The JSON document for an error (OCI distribution specification 1.1, "Error Codes").
 * The hint goes into the message, because that is the only member clients print.
 */
export function errorDocument(error: OciError): string {
  const message = error.hint === undefined ? error.message : `${error.message}: ${error.hint}`;
  const entry =
    error.detail === undefined
      ? { code: error.code, message }
      : { code: error.code, message, detail: error.detail };
  return `${JSON.stringify({ errors: [entry] })}\n`;
}

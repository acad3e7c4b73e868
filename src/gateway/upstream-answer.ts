import type { MirrorError } from '../errors.js';
import { OciError, type OciErrorCode } from '../oci/error-code.js';
import { DigestMismatchError, StoreError } from '../store/errors.js';
import { UpstreamError } from '../upstream/errors.js';
import { ClientGoneError } from './exchange.js';

/**
 * The answer a client gets for what went wrong behind the mirror (I9).
 * @param notFound the code for what the upstream itself says is not there
 */
export function asOciError(error: unknown, notFound: OciErrorCode): unknown {
  if (error instanceof OciError || error instanceof ClientGoneError) return error;
  if (error instanceof UpstreamError) return fromUpstream(error, notFound);
  if (error instanceof DigestMismatchError) {
    return new OciError('UNAVAILABLE', 'the upstream sent other content than its digest names', {
      status: 502,
      cause: error,
    });
  }
  if (error instanceof StoreError && error.code === 'STORE_FULL') {
    return new OciError('UNAVAILABLE', error.message, { status: 507, ...hintOf(error), cause: error });
  }
  if (error instanceof StoreError && error.code === 'STORE_READ_ONLY') {
    return new OciError('UNAVAILABLE', 'the mirror cannot keep anything: its file system is read-only', {
      ...hintOf(error),
      cause: error,
    });
  }
  if (error instanceof StoreError && error.code === 'STORE_BUSY') {
    return new OciError('UNAVAILABLE', error.message, {
      status: 503,
      headers: { 'Retry-After': '1' },
      cause: error,
    });
  }
  return error;
}

function fromUpstream(error: UpstreamError, notFound: OciErrorCode): OciError {
  const { cause, headers } = {
    cause: error,
    headers: error.retryAfter === undefined ? {} : { 'Retry-After': String(Math.ceil(error.retryAfter)) },
  };
  const options = { ...hintOf(error), headers, cause };
  switch (error.code) {
    case 'UPSTREAM_NOT_FOUND':
      return new OciError(notFound, error.message, options);
    case 'UPSTREAM_DENIED':
      return new OciError('DENIED', error.message, options);
    case 'UPSTREAM_RATE_LIMITED':
      return new OciError('TOOMANYREQUESTS', error.message, {
        ...options,
        headers: { 'Retry-After': '60', ...headers },
      });
    case 'UPSTREAM_TIMEOUT':
      return new OciError('UNAVAILABLE', error.message, { ...options, status: 504 });
    default:
      return new OciError('UNAVAILABLE', error.message, { ...options, status: 502 });
  }
}

function hintOf(error: MirrorError): { hint?: string } {
  return error.hint === undefined ? {} : { hint: error.hint };
}

/** Refuses to ask an upstream when the configuration, or the request itself, forbids it. */
export function offlineError(what: string): OciError {
  return new OciError('UNAVAILABLE', `${what} is not here, and no upstream is to be asked`, {
    status: 504,
    hint: 'it is fetched when mirror.offline in config.yml is false and the request does not say only-if-cached',
  });
}

import { errorCode } from '../errors.js';
import { UpstreamError } from './errors.js';
import type { Limits } from './limits.js';

const CERTIFICATE = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
]);
const VALIDITY = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** What a request or a body that ended with an error of the system or of undici means. Errors of ours are given back as they are. */
export function translateFailure(host: string, thrown: unknown, limits: Limits): UpstreamError {
  if (thrown instanceof UpstreamError) return thrown;
  const code = errorCode(thrown) ?? (thrown instanceof Error ? thrown.name : '');
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new UpstreamError('UPSTREAM_FAILED', host, `the connections to ${host} were closed`);
  }
  const known = timeout(host, code, thrown, limits) ?? tlsFailure(host, code, thrown);
  if (known !== undefined) return known;
  return new UpstreamError('UPSTREAM_FAILED', host, plainMessage(host, code), {
    retryable: true,
    cause: thrown,
    ...(isUnresolved(code) ? { hint: 'check its endpoint in the settings, and the name server in use' } : {}),
  });
}

function isUnresolved(code: string): boolean {
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}

function plainMessage(host: string, code: string): string {
  if (isUnresolved(code)) return `a name of ${host} cannot be resolved (${code})`;
  if (code === 'ECONNREFUSED') return `${host} refuses connections`;
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return `${host} cannot be reached (${code})`;
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') {
    return `the connection to ${host} broke off`;
  }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return `an answer of ${host} has not the length it announced`;
  }
  if (code.startsWith('HPE_') || code === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return `what ${host} answered is not HTTP (${code})`;
  }
  return `the request to ${host} failed (${code})`;
}

function timeout(host: string, code: string, cause: unknown, limits: Limits): UpstreamError | undefined {
  const message = {
    UND_ERR_CONNECT_TIMEOUT: `${host} accepted no connection in ${limits.connect / 1000} s`,
    ETIMEDOUT: `${host} accepted no connection`,
    UND_ERR_HEADERS_TIMEOUT: `${host} sent no answer in ${limits.headers / 1000} s`,
    UND_ERR_BODY_TIMEOUT: `${host} sent nothing more for ${limits.idle / 1000} s`,
  }[code];
  if (message === undefined) return undefined;
  return new UpstreamError('UPSTREAM_TIMEOUT', host, message, { retryable: true, cause });
}

function tlsFailure(host: string, code: string, cause: unknown): UpstreamError | undefined {
  const fail = (message: string, hint: string) =>
    new UpstreamError('UPSTREAM_FAILED', host, message, { hint, cause });
  if (CERTIFICATE.has(code)) {
    return fail(
      `the certificate of ${host} is not signed by an authority trusted here (${code})`,
      `name the file with its authority in mirror.upstreams[].ca of ${host}`,
    );
  }
  if (VALIDITY.has(code)) {
    return fail(`the certificate of ${host} is not valid now (${code})`, 'check the clock of this machine');
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return fail(
      `the certificate of ${host} is for another name`,
      `check mirror.upstreams[].endpoint of ${host}`,
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return fail(
      `no TLS connection can be made with ${host} (${code})`,
      `if it speaks plain HTTP, write mirror.upstreams[].endpoint of ${host} with http://`,
    );
  }
  return undefined;
}

/** How an error bears on the circuit breaker: as that of a dead upstream, one that failed at once or one that let time pass, or not at all. */
export function deadness(error: unknown): 'fast' | 'slow' | undefined {
  if (!(error instanceof UpstreamError)) return undefined;
  if (error.code === 'UPSTREAM_TIMEOUT') return 'slow';
  if (error.code !== 'UPSTREAM_FAILED' || !error.retryable) return undefined;
  return error.status === undefined || error.status >= 500 ? 'fast' : undefined;
}

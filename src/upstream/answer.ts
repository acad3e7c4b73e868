import { parseRetryAfter } from '../oci/retry-after.js';
import { UpstreamError } from './errors.js';
import { readAll } from './read-all.js';
import type { Reply } from './reply.js';

/** An answer at the end of its redirects. */
export interface Answer extends Reply {
  /** Whether the upstream itself gave it, and not what it redirected to. */
  readonly home: boolean;
}

/** What stands in an error about an answer. */
export interface Refused {
  readonly host: string;
  /** What was asked for, such as `docker.io/library/alpine:3`. */
  readonly what: string;
  readonly now: number;
  /** What to change when access is denied. */
  readonly hint: string;
  /** Texts that must not be repeated, should the upstream repeat them. */
  readonly secrets: readonly string[];
}

/** Bytes read of an error's explanation. */
const EXPLANATION = 16 * 1024;

/** The error for an answer whose status is not what was hoped for. Reads, or gives up, its body. */
export async function refusal(answer: Answer, about: Refused): Promise<UpstreamError> {
  const { host, what } = about;
  const { status, home } = answer;
  const said = await explanation(answer, about.secrets);
  const retryAfter = parseRetryAfter(answer.headers['retry-after'], about.now);
  const timing = retryAfter === undefined ? {} : { retryAfter };
  if (status === 404 && home) {
    return new UpstreamError('UPSTREAM_NOT_FOUND', host, `${host} does not have ${what}${said}`, { status });
  }
  if (status === 401 || status === 403) {
    const who = home ? host : `the storage to which ${host} redirects`;
    const hint = home ? about.hint : 'its signed address may have run out; check the clock of this machine';
    return new UpstreamError('UPSTREAM_DENIED', host, `${who} denies access to ${what}${said}`, {
      status,
      hint,
    });
  }
  if (status === 429) {
    return new UpstreamError('UPSTREAM_RATE_LIMITED', host, `${host} is asked too often${said}`, {
      status,
      ...timing,
      retryable: true,
      hint: 'wait, or give it credentials with a higher limit (mirror.credentials)',
    });
  }
  const retryable = (status >= 500 && status !== 501) || status === 408 || status === 404;
  const where = home ? host : `the storage to which ${host} redirects`;
  const message = `${where} answered with status ${status} for ${what}${said}`;
  return new UpstreamError('UPSTREAM_FAILED', host, message, { status, ...timing, retryable });
}

/** The first error of an OCI error document, made fit for a message. */
async function explanation(answer: Answer, secrets: readonly string[]): Promise<string> {
  const text = await readAll(answer.body, EXPLANATION, () => new Error('too long')).catch(() => undefined);
  if (text === undefined || text.length === 0) return '';
  const said = firstError(text.toString('utf8'));
  if (said === undefined || secrets.some((secret) => secret !== '' && said.includes(secret))) return '';
  return ` (${said.replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ').slice(0, 200)})`;
}

function firstError(text: string): string | undefined {
  try {
    const document = JSON.parse(text) as { errors?: { code?: unknown; message?: unknown }[] } | null;
    const first = document?.errors?.[0];
    const parts = [first?.code, first?.message].filter((part) => typeof part === 'string' && part !== '');
    return parts.length === 0 ? undefined : parts.join(': ');
  } catch {
    return undefined;
  }
}

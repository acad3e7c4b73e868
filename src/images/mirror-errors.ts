import { MirrorError } from '../errors.js';

/** The mirror did not give what it was asked for, or cannot be reached. */
export class MirrorRequestError extends MirrorError {
  readonly code = 'MIRROR_REFUSED';

  constructor(
    message: string,
    /** Of the mirror's answer; undefined when there was none, or it broke off. */
    readonly status: number | undefined,
    options: { readonly hint?: string; readonly retryable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** What the mirror answered with besides 200, in words. */
export function refusal(status: number, body: string, retryAfter: string | undefined): MirrorRequestError {
  const said = messageOf(body);
  if (status === 401) {
    return new MirrorRequestError('the mirror wants a user and a password', status, { hint: LOGIN_HINT });
  }
  const wait = status === 429 && retryAfter !== undefined ? ` (again in ${retryAfter} s)` : '';
  return new MirrorRequestError(`${said ?? `the mirror answers with status ${status}`}${wait}`, status);
}

const LOGIN_HINT =
  'run "docker login" for this mirror as this user, or add it to the credentials file of the settings (DOCKER_MIRROR_CREDENTIALS_FILE)';

/** The first message of an OCI error document (OCI distribution specification 1.1, "Error Codes"). */
function messageOf(body: string): string | undefined {
  try {
    const { errors } = JSON.parse(body) as { errors?: readonly { code?: unknown; message?: unknown }[] };
    const message = errors?.[0]?.message ?? errors?.[0]?.code;
    return typeof message === 'string' ? oneLine(message) : undefined;
  } catch {
    // Not the mirror's own words; the status says it.
    return undefined;
  }
}

/** Fit for a terminal and a log, whatever an upstream sent. */
function oneLine(text: string): string {
  return text
    .slice(0, 500)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]+/gu, ' ')
    .trim();
}

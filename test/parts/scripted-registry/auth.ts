import { randomBytes } from 'node:crypto';
import type { RecordedRequest } from './plan.js';

/** Who may read. */
export type Auth =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | {
      readonly kind: 'bearer';
      /** Who gets tokens; everybody when absent. */
      readonly username?: string;
      readonly password?: string;
      /** Gets tokens by the OAuth2 POST. */
      readonly refreshToken?: string;
      /** Seconds, told in `expires_in`; not told when absent. */
      readonly expiresIn?: number;
      /** Name of the member with the token; `token` when absent. */
      readonly member?: 'token' | 'access_token';
      /** Milliseconds that the token server thinks. */
      readonly delay?: number;
      /** Takes the scope out of the challenge. */
      readonly silentScope?: boolean;
    };

/** An answer of the token server. */
export interface TokenAnswer {
  readonly status: number;
  readonly document: object;
}

/** Issues tokens and checks them. */
export class Door {
  /** Scopes of each token that is valid. */
  readonly #tokens = new Map<string, readonly string[]>();

  constructor(readonly auth: Auth | undefined) {}

  /** Makes every token issued so far invalid, as when a registry's keys change. */
  revoke(): void {
    this.#tokens.clear();
  }

  /** The challenge to a request that may not pass, or undefined when it may. */
  challenge(request: RecordedRequest, repository: string, realm: string): string | undefined {
    const { auth } = this;
    const given = request.headers.authorization;
    if (auth === undefined) return undefined;
    if (auth.kind === 'basic') {
      return given === basic(auth.username, auth.password) ? undefined : 'Basic realm="scripted registry"';
    }
    const scope = `repository:${repository}:pull`;
    const scopes = given?.startsWith('Bearer ') ? this.#tokens.get(given.slice('Bearer '.length)) : undefined;
    if (scopes?.includes(scope)) return undefined;
    const asked = auth.silentScope === true ? '' : `,scope="${scope}"`;
    return `Bearer realm="${realm}",service="scripted registry"${asked}`;
  }

  /** Answers a request to the token server. */
  issue(request: RecordedRequest): TokenAnswer {
    const { auth } = this;
    if (auth?.kind !== 'bearer') return { status: 404, document: {} };
    const parameters =
      request.method === 'POST'
        ? new URLSearchParams(request.body)
        : new URL(request.path, 'http://token.test').searchParams;
    if (!this.#isKnown(request, parameters)) {
      return { status: 401, document: { errors: [{ code: 'UNAUTHORIZED', message: 'who are you' }] } };
    }
    const token = randomBytes(24).toString('base64url');
    this.#tokens.set(
      token,
      parameters.getAll('scope').flatMap((scope) => scope.split(' ')),
    );
    const expiry = auth.expiresIn === undefined ? {} : { expires_in: auth.expiresIn };
    const issued = { issued_at: new Date().toISOString() };
    return { status: 200, document: { [auth.member ?? 'token']: token, ...expiry, ...issued } };
  }

  #isKnown(request: RecordedRequest, parameters: URLSearchParams): boolean {
    const { auth } = this;
    if (auth?.kind !== 'bearer') return false;
    if (request.method === 'POST') {
      return (
        auth.refreshToken !== undefined &&
        parameters.get('grant_type') === 'refresh_token' &&
        parameters.get('refresh_token') === auth.refreshToken
      );
    }
    if (auth.username === undefined && auth.refreshToken === undefined) return true;
    return request.headers.authorization === basic(auth.username ?? '', auth.password ?? '');
  }
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

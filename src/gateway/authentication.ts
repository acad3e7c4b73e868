import { createHmac, randomBytes } from 'node:crypto';
import { OciError } from '../oci/error-code.js';
import type { HtpasswdConfig } from '../settings/engine-config.js';
import { type BcryptThread, createBcryptThread } from './bcrypt.js';
import { openHtpasswdFile, type Users } from './htpasswd.js';

/** Decides who may come in. */
export interface Authenticator {
  /** Whether anybody has to log in at all. */
  readonly required: boolean;
  /**
   * The name of the user whose `Authorization` header this is; undefined when nobody has to log in.
   * @throws OciError `UNAUTHORIZED` with the challenge for everybody else, `TOOMANYREQUESTS` when too many passwords
   *   are being checked already
   */
  authenticate(authorization: string | undefined): Promise<string | undefined>;
  /** Ends the thread that checks passwords. */
  close(): Promise<void>;
}

export interface AuthenticatorOptions {
  /** Told when the file has become missing or wrong; the last good users stay. */
  readonly onProblem: (error: Error) => void;
  /** Milliseconds between two looks at the file; 1,000 when absent. */
  readonly recheck?: number;
  /** Passwords waiting to be checked before more are refused; 32 when absent. */
  readonly queueLimit?: number;
  /** Stands in for the thread, to count its work. */
  readonly bcrypt?: BcryptThread;
}

/** A correct password is believed this long, in milliseconds, before bcrypt is asked again. */
const ADMITTED_FOR = 5 * 60_000;
/** A wrong one is refused this long without asking bcrypt: clients repeat themselves. */
const REFUSED_FOR = 10_000;
const REMEMBERED = 1000;

/**
 * The authenticator for `auth.htpasswd`; one that lets everybody in without it. Checking a password costs as much for a
 * user that is not there as for one that is. What is remembered is a keyed hash that dies with the process, and never
 * the password; it covers the stored hash, so that a changed password counts at once.
 * @throws HtpasswdError when the file cannot be used
 */
export async function createAuthenticator(
  config: HtpasswdConfig | undefined,
  options: AuthenticatorOptions,
): Promise<Authenticator> {
  if (config === undefined) {
    return { required: false, authenticate: async () => undefined, close: async () => undefined };
  }
  const file = await openHtpasswdFile(config.path, options);
  const bcrypt = options.bcrypt ?? createBcryptThread();
  const check = rememberVerdicts(bcrypt, options.queueLimit ?? 32);
  const challenge = `Basic realm="${config.realm.replace(/[\\"]/g, '\\$&')}"`;
  return {
    required: true,
    async authenticate(authorization) {
      const login = parseBasic(authorization);
      if (login === undefined) throw unauthorized(challenge, 'authentication required');
      const users = await file.current();
      const hash = users.get(login.user);
      const matches = await check(login, hash ?? decoyHash(users));
      if (hash === undefined || !matches) throw unauthorized(challenge, 'wrong user name or password');
      return login.user;
    },
    close: () => bcrypt.close(),
  };
}

interface Login {
  readonly user: string;
  readonly password: string;
}

/**
 * Reads Basic credentials (RFC 7617: base64 of `USER:PASSWORD`, UTF-8, no control characters; the password may hold
 * colons). Undefined for anything else.
 */
export function parseBasic(authorization: string | undefined): Login | undefined {
  const token = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1 || /\p{Cc}/u.test(text)) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Asks bcrypt once for the same question, however many ask it at once or soon after. */
function rememberVerdicts(
  bcrypt: BcryptThread,
  queueLimit: number,
): (login: Login, hash: string) => Promise<boolean> {
  const key = randomBytes(32);
  // Apart, so that a flood of wrong passwords cannot push out the right ones.
  const admitted = createMemory(ADMITTED_FOR);
  const refused = createMemory(REFUSED_FOR);
  const asking = new Map<string, Promise<boolean>>();

  async function ask(name: string, login: Login, hash: string): Promise<boolean> {
    const matches = await bcrypt.matches(login.password, hash);
    (matches ? admitted : refused).add(name);
    return matches;
  }

  return async (login, hash) => {
    const question = JSON.stringify([login.user, login.password, hash]);
    const name = createHmac('sha256', key).update(question).digest('base64');
    if (admitted.has(name)) return true;
    if (refused.has(name)) return false;
    const shared = asking.get(name);
    if (shared !== undefined) return shared;
    if (asking.size >= queueLimit) {
      throw new OciError('TOOMANYREQUESTS', 'too many passwords are being checked', {
        retryable: true,
        headers: { 'Retry-After': '1' },
      });
    }
    const answer = ask(name, login, hash).finally(() => asking.delete(name));
    asking.set(name, answer);
    return answer;
  };
}

/** The latest names, each for so many milliseconds. */
function createMemory(lifetime: number): { has(name: string): boolean; add(name: string): void } {
  const until = new Map<string, number>();
  return {
    has: (name) => (until.get(name) ?? 0) > performance.now(),
    add(name) {
      until.delete(name);
      const [oldest] = until.size >= REMEMBERED ? until.keys() : [];
      if (oldest !== undefined) until.delete(oldest);
      until.set(name, performance.now() + lifetime);
    },
  };
}

/** A hash that no password is known for, as costly as the costliest of the file, for users that are not in it. */
function decoyHash(users: Users): string {
  const costs = [...users.values()].map((hash) => Number(hash.slice(4, 6)));
  const cost = costs.length === 0 ? 10 : Math.max(...costs);
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}

function unauthorized(challenge: string, message: string): OciError {
  return new OciError('UNAUTHORIZED', message, { headers: { 'WWW-Authenticate': challenge } });
}

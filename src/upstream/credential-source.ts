import { readFile, stat } from 'node:fs/promises';
import { isMissing } from '../errors.js';
import type { Logger } from '../host/log.js';
import { type AuthFile, findEntry, parseAuthFile } from './auth-file.js';
import { askHelper } from './credential-helper.js';
import type { Credential, CredentialSource } from './credentials.js';

/** What a credential source needs from outside. */
export interface CredentialSourceDeps {
  readonly logger: Logger;
  /** Milliseconds since the epoch; the clock when absent. */
  readonly now?: () => number;
  /** Added to the environment of credential helpers. */
  readonly helperEnv?: Readonly<Record<string, string>>;
}

interface HelperAnswer {
  readonly at: number;
  readonly credential: Promise<Credential | undefined>;
}

/** How long an answer of a helper is used, in milliseconds: short, because the credentials of clouds run out. */
const HELPER_KEPT = 60_000;

/**
 * Credentials from a docker or podman auth.json, which is read again when it changes. With a file that is missing, unreadable or
 * broken, and with a helper that fails, upstreams are asked anonymously; that is logged once for each state of the file.
 * @param file its path; undefined: no credentials at all
 */
export function createCredentialSource(
  file: string | undefined,
  deps: CredentialSourceDeps,
): CredentialSource {
  if (file === undefined) return { file, find: async () => undefined };
  const { logger, now = Date.now, helperEnv } = deps;
  const reported = new Set<string>();
  const helpers = new Map<string, HelperAnswer>();
  let state = '';
  let content: Promise<AuthFile | undefined> = Promise.resolve(undefined);

  function report(error: unknown, message: string): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reported.has(reason)) return;
    reported.add(reason);
    logger.error({ file, reason }, message);
  }

  async function current(path: string): Promise<AuthFile | undefined> {
    const seen = await stateOf(path);
    if (seen !== state) {
      state = seen;
      reported.clear();
      helpers.clear();
      content = readFile(path, 'utf8')
        .then(parseAuthFile)
        .catch((error) => {
          const reason = isMissing(error) ? new Error('there is no such file') : error;
          report(reason, 'the credentials file cannot be used: upstreams are asked anonymously');
          return undefined;
        });
    }
    return content;
  }

  function fromHelper(name: string, server: string): Promise<Credential | undefined> {
    const key = `${name} ${server}`;
    const kept = helpers.get(key);
    if (kept !== undefined && now() - kept.at < HELPER_KEPT) return kept.credential;
    const credential = askHelper(name, server, helperEnv).catch((error) => {
      report(error, 'a credential helper failed: its upstream is asked anonymously');
      return undefined;
    });
    helpers.set(key, { at: now(), credential });
    return credential;
  }

  return {
    file,
    find: async (host, repository) => {
      const auths = await current(file);
      const entry = auths === undefined ? undefined : findEntry(auths, host, repository);
      if (entry === undefined) return undefined;
      return entry.kind === 'credential' ? entry.credential : fromHelper(entry.name, entry.server);
    },
  };
}

/** Changes whenever the file does. */
async function stateOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    return isMissing(error) ? 'missing' : 'unreadable';
  }
}

import { MirrorError } from '../errors.js';
import { run } from '../host/exec.js';
import type { Credential } from './credentials.js';

/** How long a credential helper may take, in milliseconds: some ask a cloud. */
const HELPER_TIMEOUT = 20_000;

/** A credential helper failed. Never holds what it printed on standard output when it succeeded. */
export class CredentialHelperError extends MirrorError {
  readonly code = 'CREDENTIAL_HELPER_FAILED';
}

/**
 * Asks `docker-credential-NAME get` (the protocol of docker-credential-helpers).
 * @param env added to the environment of the helper
 * @returns undefined when the helper has nothing for the server
 * @throws CommandError or CredentialHelperError
 */
export async function askHelper(
  name: string,
  server: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Credential | undefined> {
  const program = `docker-credential-${name}`;
  // Helpers report on standard output that they have nothing, and end with status 1.
  const { stdout, exitCode } = await run(program, ['get'], {
    input: server,
    timeout: HELPER_TIMEOUT,
    env,
    accept: [1],
  });
  if (exitCode === 1) {
    if (/credentials not found/i.test(stdout)) return undefined;
    const said = stdout.slice(0, 300).trim();
    throw new CredentialHelperError(`${program} has no credentials for ${server}: ${said}`);
  }
  const credential = readAnswer(stdout);
  if (credential !== undefined) return credential;
  throw new CredentialHelperError(`${program} answered with something that is no credential`);
}

function readAnswer(text: string): Credential | undefined {
  let answer: { Username?: unknown; Secret?: unknown } | null;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { Username: username, Secret: secret } = answer ?? {};
  if (typeof username !== 'string' || typeof secret !== 'string') return undefined;
  if (username === '<token>') return { kind: 'identity-token', token: secret };
  return username === '' ? undefined : { kind: 'password', username, password: secret };
}

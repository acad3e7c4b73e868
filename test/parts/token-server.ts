import { createHash, createPublicKey, randomUUID, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { run } from '#src/host/exec.js';
import { asPart, type Part } from './cleanup.js';
import { basic } from './http.js';
import { startServer } from './http-server.js';
import { tempFolder } from './temp.js';

/** How a token server behaves. */
export interface TokenServerOptions {
  /** Who may push; nobody when absent. */
  readonly username?: string;
  readonly password?: string;
  /** Whether pulling needs the credentials too; false when absent, as on Docker Hub. */
  readonly privatePull?: boolean;
  /** Seconds that a token is said to be good for; 300 when absent. */
  readonly expiresIn?: number;
  /** Seconds after which it is refused, whatever was said; `expiresIn` when absent. Distribution lets a minute more pass. */
  readonly refusedAfter?: number;
}

/** A running token server (Distribution, "Token Authentication Specification"). */
export interface TokenServer extends Part {
  /** What a registry names in its challenges. */
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** The PEM file that the registry verifies signatures with. */
  readonly certificate: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly TokenRequest[];
  /** Takes it off; `start` brings it back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A request for a token. */
export interface TokenRequest {
  readonly scopes: readonly string[];
  /** Undefined when no credentials were sent. */
  readonly username: string | undefined;
  readonly status: number;
}

interface Signer {
  readonly keyId: string;
  readonly privateKey: string;
  readonly certificate: string;
}

const SERVICE = 'registry.test';
const ISSUER = 'token-server.test';

/** Starts a token server with a key of its own. */
export async function startTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
  const folder = await tempFolder('dm-token');
  const signer = await makeSigner(folder.path);
  const requests: TokenRequest[] = [];
  const server = await startServer((request, response) => {
    requests.push(answer(request, response, options, signer));
  });
  const end = async () => {
    await server.close();
    await folder.close();
  };
  return {
    realm: `${server.url}/token`,
    service: SERVICE,
    issuer: ISSUER,
    certificate: signer.certificate,
    requests,
    stop: server.stop,
    start: server.start,
    ...asPart(end),
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: TokenServerOptions,
  signer: Signer,
): TokenRequest {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const scopes = url.searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
  const { authorization } = request.headers;
  const { username, password, expiresIn = 300, refusedAfter = expiresIn } = options;
  const known =
    username !== undefined && password !== undefined && authorization === basic(username, password);
  if ((authorization !== undefined || options.privatePull === true) && !known) {
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"details":"who are you?"}');
    return { scopes, username: userOf(authorization), status: 401 };
  }
  const token = signToken(signer, {
    iss: ISSUER,
    sub: known ? username : '',
    aud: SERVICE,
    // A token may be checked by a clock that is a little behind.
    nbf: seconds() - 10,
    iat: seconds(),
    exp: seconds() + refusedAfter,
    jti: randomUUID(),
    access: scopes.flatMap((scope) => granted(scope, known)),
  });
  const issued = new Date().toISOString();
  const body = JSON.stringify({ token, access_token: token, expires_in: expiresIn, issued_at: issued });
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  return { scopes, username: userOf(authorization), status: 200 };
}

/** What of a scope such as `repository:library/a:pull,push` is given: everything to who is known, pulling to anybody. */
function granted(scope: string, known: boolean): { type: string; name: string; actions: string[] }[] {
  const match = /^([a-z]+):(.+):([a-z,*]+)$/.exec(scope);
  const [, type, name, actions] = match ?? [];
  if (type === undefined || name === undefined || actions === undefined) return [];
  return [{ type, name, actions: actions.split(',').filter((action) => known || action === 'pull') }];
}

/** A key and a certificate for it, and the name libtrust gives the key, by which Distribution finds it. */
async function makeSigner(folder: string): Promise<Signer> {
  const keyFile = `${folder}/key.pem`;
  const certificate = `${folder}/certificate.pem`;
  const subject = ['-subj', '/CN=token-server.test', '-days', '2'];
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile];
  await run('openssl', ['req', '-x509', '-sha256', ...key, ...subject, '-out', certificate]);
  const privateKey = await readFile(keyFile, 'utf8');
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { keyId: libtrustKeyId(spki), privateKey, certificate };
}

/** libtrust's key id: the first 240 bits of the key's SHA-256 in base32, in twelve groups of four. */
function libtrustKeyId(spki: Buffer): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...createHash('sha256').update(spki).digest().subarray(0, 30)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const text = bits.replace(/.{5}/g, (five) => alphabet[Number.parseInt(five, 2)] ?? '');
  return (text.match(/.{4}/g) ?? []).join(':');
}

/** A JSON Web Token, RS256 (RFC 7519, RFC 7518). */
function signToken(signer: Signer, claims: unknown): string {
  const head = base64url({ typ: 'JWT', alg: 'RS256', kid: signer.keyId });
  const signed = `${head}.${base64url(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), signer.privateKey).toString('base64url')}`;
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function userOf(authorization: string | undefined): string | undefined {
  const encoded = /^Basic (.+)$/.exec(authorization ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString().split(':', 1)[0];
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

import type { Credential } from './credentials.js';

/** What a docker or podman auth.json says of one registry or one part of it. */
export type AuthEntry =
  | { readonly kind: 'credential'; readonly credential: Credential }
  /** A credential helper, `docker-credential-NAME`, asked for `server`. */
  | { readonly kind: 'helper'; readonly name: string; readonly server: string };

/** A docker or podman auth.json, read. */
export interface AuthFile {
  /** By host, or host and namespace, without scheme and without the paths of the old registry API. */
  readonly auths: ReadonlyMap<string, Credential>;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | undefined;
}

/** Docker Hub's key in files and helpers, which is older than its host name. */
const HUB_SERVER = 'https://index.docker.io/v1/';
const HUB_KEYS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);
const HELPER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Reads an auth.json.
 * @throws Error saying what is wrong, without showing any of its content
 */
export function parseAuthFile(text: string): AuthFile {
  const document = record(parseJson(text), 'the file');
  const auths = new Map<string, Credential>();
  for (const [key, entry] of Object.entries(record(document['auths'] ?? {}, 'auths'))) {
    const credential = readEntry(record(entry ?? {}, `auths["${key}"]`), key);
    if (credential !== undefined) auths.set(normalKey(key), credential);
  }
  const credHelpers = new Map<string, string>();
  for (const [key, name] of Object.entries(record(document['credHelpers'] ?? {}, 'credHelpers'))) {
    credHelpers.set(normalKey(key), helperName(name, `credHelpers["${key}"]`));
  }
  const store = document['credsStore'];
  const credsStore = store === undefined || store === '' ? undefined : helperName(store, 'credsStore');
  return { auths, credHelpers, credsStore };
}

/**
 * What a file says of a repository: the helper of its host, else the entry with the longest key that names the repository, a namespace
 * above it or its host, else the helper for everything.
 */
export function findEntry(file: AuthFile, host: string, repository: string): AuthEntry | undefined {
  const home = normalKey(host);
  const server = home === 'docker.io' ? HUB_SERVER : host;
  const helper = file.credHelpers.get(home);
  if (helper !== undefined) return { kind: 'helper', name: helper, server };
  const parts = repository.split('/');
  for (let length = parts.length; length >= 0; length--) {
    const credential = file.auths.get([home, ...parts.slice(0, length)].join('/'));
    if (credential !== undefined) return { kind: 'credential', credential };
  }
  return file.credsStore === undefined ? undefined : { kind: 'helper', name: file.credsStore, server };
}

/** A key as the others are written: no scheme, no `/v1/`, Docker Hub by its one name. */
function normalKey(key: string): string {
  const bare = key
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '')
    .replace(/\/v[12]$/, '');
  const slash = bare.indexOf('/');
  const host = (slash < 0 ? bare : bare.slice(0, slash)).toLowerCase();
  return `${HUB_KEYS.has(host) ? 'docker.io' : host}${slash < 0 ? '' : bare.slice(slash)}`;
}

function readEntry(entry: Record<string, unknown>, key: string): Credential | undefined {
  const identity = text(entry['identitytoken'], key, 'identitytoken');
  if (identity !== undefined) return { kind: 'identity-token', token: identity };
  const auth = text(entry['auth'], key, 'auth');
  if (auth !== undefined) return decodeAuth(auth, key);
  const username = text(entry['username'], key, 'username');
  if (username === undefined) return undefined;
  return { kind: 'password', username, password: text(entry['password'], key, 'password') ?? '' };
}

/** `auth` is base64 of user, colon and password, in which there may be more colons; old files end it with NUL. */
function decodeAuth(auth: string, key: string): Credential {
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(auth.trim());
  const pair = isBase64 ? Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '') : '';
  const colon = pair.indexOf(':');
  if (colon < 1) throw new Error(`auths["${key}"].auth is not the base64 of user:password`);
  return { kind: 'password', username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function helperName(value: unknown, where: string): string {
  if (typeof value === 'string' && HELPER_NAME.test(value)) return value;
  throw new Error(`${where} is not the name of a credential helper`);
}

function text(value: unknown, key: string, member: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new Error(`auths["${key}"].${member} is not a string`);
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Error(`${where} is not a JSON object`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, in which there are passwords.
    throw new Error('it is not valid JSON');
  }
}

import { MANIFEST_TYPES } from '#src/oci/media-type.js';
import { type Answer, basic, type Download, download, request, type TestRequest } from './http.js';

/** Where a registry is and who is asking. */
export interface RegistryAccess {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
}

/** A plain client of the distribution API, for tests: sends what it is told, and answers Basic and Bearer challenges. */
export class RegistryClient {
  readonly #access: RegistryAccess;
  readonly #tokens = new Map<string, string>();

  constructor(access: RegistryAccess) {
    this.#access = access;
  }

  /** Sends to a path such as `/v2/…`, or to an absolute address such as an upload's `Location`. */
  async send(path: string, options: TestRequest = {}): Promise<Answer> {
    const url = new URL(path, this.#access.url);
    const ours = { ...(this.#access.ca === undefined ? {} : { ca: this.#access.ca }), ...options };
    const scope = scopeOf(url.pathname, options.method ?? 'GET');
    const first = await request(url, withAuthorization(ours, this.#tokens.get(scope)));
    if (first.status !== 401 || ours.headers?.['authorization'] !== undefined) return first;
    const authorization = await this.#answer(first.header('www-authenticate') ?? '');
    if (authorization === undefined) return first;
    this.#tokens.set(scope, authorization);
    return request(url, withAuthorization(ours, authorization));
  }

  /** A manifest by tag or digest, accepting every type there is. */
  manifest(repository: string, reference: string, options: TestRequest = {}): Promise<Answer> {
    const headers = { accept: MANIFEST_TYPES.join(', '), ...options.headers };
    return this.send(`/v2/${repository}/manifests/${reference}`, { ...options, headers });
  }

  blob(repository: string, digest: string, options: TestRequest = {}): Promise<Answer> {
    return this.send(`/v2/${repository}/blobs/${digest}`, options);
  }

  /** A blob without keeping its bytes. Sends no credentials but a token it has. */
  async downloadBlob(repository: string, digest: string, options: TestRequest = {}): Promise<Download> {
    const path = `/v2/${repository}/blobs/${digest}`;
    const token = this.#tokens.get(scopeOf(path, 'GET'));
    return download(new URL(path, this.#access.url), withAuthorization(options, token));
  }

  /**
   * Pushes a blob in one go: POST, then PUT (distribution specification, "POST then PUT").
   * @throws Error when the registry does not take it
   */
  async pushBlob(repository: string, digest: string, bytes: Uint8Array): Promise<void> {
    const begun = await this.send(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
    expectStatus(begun, 202, `beginning an upload to ${repository}`);
    const location = new URL(begun.header('location') ?? '', this.#access.url);
    location.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    const done = await this.send(location.href, { method: 'PUT', headers, body: bytes });
    expectStatus(done, 201, `pushing ${digest} to ${repository}`);
  }

  putManifest(repository: string, reference: string, mediaType: string, bytes: Uint8Array): Promise<Answer> {
    const headers = { 'content-type': mediaType };
    return this.send(`/v2/${repository}/manifests/${reference}`, { method: 'PUT', headers, body: bytes });
  }

  /** The `Authorization` for a challenge; undefined when there is nothing to answer with. */
  async #answer(challenge: string): Promise<string | undefined> {
    const { username, password } = this.#access;
    const credentials =
      username === undefined || password === undefined ? undefined : basic(username, password);
    if (/^basic/i.test(challenge)) return credentials;
    const realm = parameter(challenge, 'realm');
    if (!/^bearer/i.test(challenge) || realm === undefined) return undefined;
    const url = new URL(realm);
    for (const name of ['service', 'scope']) {
      const value = parameter(challenge, name);
      if (value !== undefined) url.searchParams.set(name, value);
    }
    const answer = await request(url, withAuthorization({}, credentials));
    if (answer.status !== 200) return undefined;
    return `Bearer ${(answer.json() as { token: string }).token}`;
  }
}

/** @throws Error with the answer when the status is another one */
export function expectStatus(answer: Answer, status: number, what: string): void {
  if (answer.status === status) return;
  throw new Error(`${what}: expected ${status}, got ${answer.status}: ${answer.text().slice(0, 500)}`);
}

/** Tokens are kept for one repository and direction: what a pull was granted does not push. */
function scopeOf(path: string, method: string): string {
  const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//.exec(path)?.[1] ?? '';
  return `${repository} ${method === 'GET' || method === 'HEAD' ? 'pull' : `push ${method}`}`;
}

function parameter(challenge: string, name: string): string | undefined {
  return new RegExp(`[ ,]${name}="([^"]*)"`).exec(challenge)?.[1];
}

function withAuthorization(options: TestRequest, authorization: string | undefined): TestRequest {
  if (authorization === undefined) return options;
  return { ...options, headers: { authorization, ...options.headers } };
}

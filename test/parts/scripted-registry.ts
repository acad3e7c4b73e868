import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { OCI_INDEX } from '#src/oci/media-type.js';
import { type Auth, Door } from './scripted-registry/auth.js';
import { Library } from './scripted-registry/library.js';
import { type Plan, type RecordedRequest, type Rule, Script, type Site } from './scripted-registry/plan.js';
import { count, type PullQuota, quotaHeaders } from './scripted-registry/quota.js';
import { type Content, sendContent, sendStatus } from './scripted-registry/send.js';

export type { Auth } from './scripted-registry/auth.js';
export { digestOf } from './scripted-registry/library.js';
export type { Plan, RecordedRequest, Rule, Site } from './scripted-registry/plan.js';
export type { PullQuota } from './scripted-registry/quota.js';

/** How a scripted registry is started. */
export interface ScriptedRegistryOptions {
  /** Who may read; everybody when absent. */
  readonly auth?: Auth;
  /** Redirects blobs to a second origin, which refuses requests with an `Authorization` or without its signature. */
  readonly redirectBlobs?: boolean;
  /** That second origin answers HEAD with 403. */
  readonly cdnRefusesHead?: boolean;
  /** Sent with every manifest, as `ratelimit-limit` and `ratelimit-remaining`. */
  readonly rateLimit?: { readonly limit: string; readonly remaining: string };
  /** Counts pulls, says so with every manifest, and answers 429 when none is left. */
  readonly quota?: PullQuota;
  /** Whether the referrers API is there; true when absent. */
  readonly referrers?: boolean;
  /** PEM of certificate and key: the registry, its token server and the second origin speak TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Put before `/v2/`, such as `/registry`. */
  readonly prefix?: string;
  /** Name under which it is reached, in the URLs it gives out; 127.0.0.1 when absent. */
  readonly hostname?: string;
}

/** The query of signed URLs of the second origin; a secret that no log may show. */
export const SIGNATURE = 'signature=c2VjcmV0LXNpZ25hdHVyZQ';

/**
 * A registry on loopback that does what a test tells it to: real sockets, real HTTP. It holds what was added to its library, plays by the
 * book unless a rule says otherwise, and records every request with the bytes sent, so that a test can compare them with
 * what was needed.
 */
export class ScriptedRegistry {
  readonly library = new Library();
  /** Everything that came in, in order. */
  readonly requests: RecordedRequest[] = [];
  readonly #script = new Script();
  readonly #door: Door;
  readonly #main: http.Server;
  readonly #cdn: http.Server;

  constructor(readonly options: ScriptedRegistryOptions) {
    this.#door = new Door(options.auth);
    this.#main = this.#server((path) => (path.startsWith('/token') ? 'token' : 'registry'));
    this.#cdn = this.#server(() => 'cdn');
  }

  /** Where it is reached, without the prefix. */
  get origin(): string {
    return this.#originOf(this.#main);
  }

  get endpoint(): URL {
    return new URL(`${this.origin}${this.options.prefix ?? ''}/`);
  }

  get cdnOrigin(): string {
    return this.#originOf(this.#cdn);
  }

  /** Adds a rule; later rules win over earlier ones. */
  on(rule: Rule): void {
    this.#script.add(rule);
  }

  /** Takes all rules away. */
  behave(): void {
    this.#script.clear();
  }

  /** Makes all tokens invalid that were given out so far. */
  revokeTokens(): void {
    this.#door.revoke();
  }

  /** The requests to one of its servers. */
  at(site: Site): RecordedRequest[] {
    return this.requests.filter((request) => request.site === site);
  }

  /** Bytes of blobs and manifests sent in all; to compare with those there are. */
  get contentBytesSent(): number {
    return this.requests
      .filter(
        ({ site, status, path }) =>
          site !== 'token' && (status === 200 || status === 206) && /sha|manifests/.test(path),
      )
      .reduce((sum, { sent }) => sum + sent, 0);
  }

  async listen(): Promise<void> {
    for (const server of [this.#main, this.#cdn]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    for (const server of [this.#main, this.#cdn]) {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      server.closeAllConnections();
      await closed;
    }
  }

  #originOf(server: http.Server): string {
    const { tls, hostname = '127.0.0.1' } = this.options;
    return `${tls === undefined ? 'http' : 'https'}://${hostname}:${(server.address() as AddressInfo).port}`;
  }

  #server(siteOf: (path: string) => Site): http.Server {
    const listener = (incoming: IncomingMessage, response: ServerResponse) => {
      this.#receive(siteOf(incoming.url ?? ''), incoming, response).catch((error: Error) =>
        response.destroy(error),
      );
    };
    const { tls } = this.options;
    return tls === undefined ? http.createServer(listener) : https.createServer({ ...tls }, listener);
  }

  async #receive(site: Site, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request: RecordedRequest = {
      site,
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(await incoming.toArray()).toString('utf8'),
      status: undefined,
      sent: 0,
    };
    this.requests.push(request);
    const plan = this.#script.planFor(request);
    if (plan.blackHole === true) return;
    if (plan.reset === true) {
      response.destroy();
      return;
    }
    if (plan.location !== undefined) {
      await sendStatus(request, response, plan.status ?? 307, { location: plan.location }, '', plan);
      return;
    }
    if (plan.status !== undefined) {
      const body = plan.body ?? oci('SCRIPTED', `the script says ${plan.status}`);
      await sendStatus(request, response, plan.status, { 'content-type': 'application/json' }, body, plan);
      return;
    }
    await this.#answer(request, response, plan);
  }

  #answer(request: RecordedRequest, response: ServerResponse, plan: Plan): Promise<void> {
    if (request.site === 'token') return this.#answerToken(request, response, plan);
    if (request.site === 'cdn') return this.#answerCdn(request, response, plan);
    const url = new URL(request.path, 'http://registry.test');
    const prefix = this.options.prefix ?? '';
    const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : '';
    const [, repository = '', kind = '', reference = ''] =
      /^\/v2\/(.+?)\/(manifests|blobs|tags|referrers)\/([^/]+)$/.exec(path) ?? [];
    const fail = (status: number, code: string, headers: Record<string, string> = {}) =>
      sendStatus(request, response, status, headers, oci(code, code.toLowerCase()), plan);
    const challenge = this.#door.challenge(request, repository, `${this.origin}/token`);
    if (challenge !== undefined) return fail(401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
    if (path === '/v2/') return sendStatus(request, response, 200, {}, '{}', plan);
    if (kind === 'blobs') {
      const bytes = this.library.blob(repository, reference);
      if (bytes === undefined) return fail(404, 'BLOB_UNKNOWN');
      if (this.options.redirectBlobs !== true)
        return this.#sendBlob(request, response, reference, bytes, plan);
      const location = `${this.cdnOrigin}/${repository}/${reference}?${SIGNATURE}`;
      return sendStatus(request, response, 307, { location }, '', plan);
    }
    const { quota } = this.options;
    if (kind === 'manifests' && quota !== undefined && !count(quota, request.method)) {
      return fail(429, 'TOOMANYREQUESTS', quotaHeaders(quota));
    }
    const content =
      kind === 'manifests'
        ? this.#manifest(repository, reference)
        : kind === 'tags'
          ? this.#tags(repository, url.searchParams)
          : kind === 'referrers' && this.options.referrers !== false
            ? this.#referrers(repository, reference, url.searchParams)
            : undefined;
    return content === undefined ? fail(404, 'NOT_FOUND') : sendContent(request, response, content, plan);
  }

  async #answerToken(request: RecordedRequest, response: ServerResponse, plan: Plan): Promise<void> {
    const { auth } = this.options;
    if (auth?.kind === 'bearer' && auth.delay !== undefined) await sleep(auth.delay);
    const { status, document } = this.#door.issue(request);
    const headers = { 'content-type': 'application/json' };
    await sendStatus(request, response, status, headers, JSON.stringify(document), plan);
  }

  #answerCdn(request: RecordedRequest, response: ServerResponse, plan: Plan): Promise<void> {
    const url = new URL(request.path, 'http://cdn.test');
    const [, repository = '', digest = ''] = /^\/(.+)\/([^/]+)$/.exec(url.pathname) ?? [];
    const bytes = this.library.blob(repository, digest);
    const fail = (status: number) => sendStatus(request, response, status, {}, '<Error/>', plan);
    if (request.headers.authorization !== undefined) return fail(400);
    if (url.search !== `?${SIGNATURE}`) return fail(403);
    if (request.method === 'HEAD' && this.options.cdnRefusesHead === true) return fail(403);
    return bytes === undefined ? fail(404) : this.#sendBlob(request, response, digest, bytes, plan);
  }

  #sendBlob(
    request: RecordedRequest,
    response: ServerResponse,
    digest: string,
    bytes: Buffer,
    plan: Plan,
  ): Promise<void> {
    const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
    return sendContent(request, response, { bytes, headers, ranges: true, etag: `"${digest}"` }, plan);
  }

  #manifest(repository: string, reference: string): Content | undefined {
    const found = this.library.manifest(repository, reference);
    if (found === undefined) return undefined;
    const { rateLimit, quota } = this.options;
    const limits: Record<string, string> =
      rateLimit === undefined
        ? ((quota && quotaHeaders(quota)) ?? {})
        : { 'ratelimit-limit': rateLimit.limit, 'ratelimit-remaining': rateLimit.remaining };
    const headers = { 'content-type': found.mediaType, 'docker-content-digest': found.digest, ...limits };
    return { bytes: found.bytes, headers };
  }

  #tags(repository: string, query: URLSearchParams): Content | undefined {
    const all = this.library.tags(repository);
    if (all === undefined) return undefined;
    const after = all.filter((tag) => tag > (query.get('last') ?? ''));
    const page = query.has('n') ? after.slice(0, Number(query.get('n'))) : after;
    const next = `</v2/${repository}/tags/list?n=${query.get('n')}&last=${page.at(-1)}>; rel="next"`;
    const link: Record<string, string> = page.length < after.length ? { link: next } : {};
    return {
      bytes: Buffer.from(JSON.stringify({ name: repository, tags: page })),
      headers: { 'content-type': 'application/json', ...link },
    };
  }

  #referrers(repository: string, digest: string, query: URLSearchParams): Content {
    const wanted = query.get('artifactType');
    const all = this.library.referrers(repository, digest) as { artifactType?: string }[];
    const manifests = wanted === null ? all : all.filter((each) => each.artifactType === wanted);
    const filtered: Record<string, string> = wanted === null ? {} : { 'oci-filters-applied': 'artifactType' };
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
    return { bytes: Buffer.from(JSON.stringify(index)), headers: { 'content-type': OCI_INDEX, ...filtered } };
  }
}

/** Starts a scripted registry on ephemeral ports of loopback. */
export async function startScriptedRegistry(
  options: ScriptedRegistryOptions = {},
): Promise<ScriptedRegistry> {
  const registry = new ScriptedRegistry(options);
  await registry.listen();
  return registry;
}

function oci(code: string, message: string): string {
  return JSON.stringify({ errors: [{ code, message }] });
}

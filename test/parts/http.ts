import { createHash } from 'node:crypto';
import {
  type Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest } from 'node:https';

/**
 * A request of a test. Without an agent it has a connection of its own, so that it never meets the leftovers of a server
 * that was stopped.
 */
export interface TestRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Milliseconds for the whole; 30,000 when absent. */
  readonly timeout?: number;
  /** PEM of the authorities to trust. */
  readonly ca?: string;
  /** PEM of a certificate and its key, shown to a server that asks for one. */
  readonly client?: { readonly cert: string; readonly key: string };
  readonly signal?: AbortSignal;
  /** Keeps connections, for requests that must follow each other as fast as a real client's. */
  readonly agent?: Agent;
}

/** A whole answer. Redirects are answers too. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** One header; several with the same name are joined by a comma. */
  header(name: string): string | undefined;
  text(): string;
  /** @throws SyntaxError */
  json(): unknown;
}

/** What a download came to, without its bytes. */
export interface Download {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** How many bytes the body had. */
  readonly bytes: number;
  /** `sha256:` and the hash of the body. */
  readonly digest: string;
}

/**
 * Sends a request and reads the whole answer.
 * @throws Error when the connection fails, breaks off in the middle of the body, or takes too long
 */
export async function request(url: string | URL, options: TestRequest = {}): Promise<Answer> {
  const chunks: Buffer[] = [];
  const message = await exchange(url, options, (chunk) => chunks.push(chunk));
  const body = Buffer.concat(chunks);
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    body,
    header: (name) => message.headers[name.toLowerCase()]?.toString(),
    text: () => body.toString('utf8'),
    json: () => JSON.parse(body.toString('utf8')) as unknown,
  };
}

/** As `request`, hashing the body instead of keeping it. */
export async function download(url: string | URL, options: TestRequest = {}): Promise<Download> {
  const hash = createHash('sha256');
  let bytes = 0;
  const message = await exchange(url, options, (chunk) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    bytes,
    digest: `sha256:${hash.digest('hex')}`,
  };
}

/** Whether an HTTP server answers there, whatever it says. */
export async function answers(url: string | URL, options: TestRequest = {}): Promise<boolean> {
  return request(url, { timeout: 2_000, ...options }).then(
    () => true,
    () => false,
  );
}

/** `Authorization` for a user name and password (RFC 7617). */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function exchange(
  url: string | URL,
  options: TestRequest,
  onChunk: (chunk: Buffer) => void,
): Promise<IncomingMessage> {
  const { method = 'GET', headers = {}, body, timeout = 30_000, ca, client, agent = false } = options;
  const expired = AbortSignal.timeout(timeout);
  const signal = options.signal === undefined ? expired : AbortSignal.any([expired, options.signal]);
  const send = new URL(url).protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const message = send(url, { method, headers: { ...length, ...headers }, agent, signal, ca, ...client });
    message.once('error', (cause) => reject(new Error(`${method} ${url}: ${cause.message}`, { cause })));
    message.once('response', (response) => {
      response.on('data', onChunk);
      response.once('end', () => resolve(response));
      response.once('error', (cause) => reject(new Error(`${method} ${url}: ${cause.message}`, { cause })));
    });
    message.end(body);
  });
}

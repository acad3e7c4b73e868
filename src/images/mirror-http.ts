import { X509Certificate } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { TLSSocket } from 'node:tls';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import { MirrorRequestError, refusal } from './mirror-errors.js';

/** A mirror that runs, and how to come in. */
export interface MirrorAccess {
  /** `http://127.0.0.1:5000` */
  readonly origin: string;
  /** The `Authorization` header; undefined: none. */
  readonly authorization: string | undefined;
  /** With TLS, the mirror's certificate (PEM): no other is trusted, whatever names are on it. */
  readonly certificate: string | undefined;
}

/** Headers of a request or an answer. */
export type Headers = Readonly<Record<string, string>>;

/** How a mirror is asked. */
export interface AskingHabits {
  /** Whether nobody waits for what is asked for: the mirror fetches it within its limit then (RFC 9218). */
  readonly background?: boolean;
  /**
   * Called before each request, with the `ns` parameter of what it asks about; what it returns takes the answer.
   */
  readonly watch?: (ns: string | undefined) => (answer: MirrorHead) => void;
}

/** HTTP with a mirror. Every method throws a MirrorRequestError, or the signal's reason. */
export interface MirrorHttp {
  /** The headers of an answer, whatever its status. */
  head(path: string, headers: Headers, signal: AbortSignal): Promise<MirrorHead>;
  /** An answer with one of the statuses that are fine; its body is to be read. */
  get(
    path: string,
    headers: Headers,
    fine: readonly number[],
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

/** What the mirror answers to HEAD. */
export interface MirrorHead {
  readonly status: number;
  header(name: string): string | undefined;
}

/** Bytes of an error document that are read. */
const LARGEST_ERROR = 64 * 1024;
const CONNECTIONS = 64;

/** Makes a connection to a mirror. It connects when it is first used. */
export async function openMirrorHttp(
  access: MirrorAccess,
  { background = false, watch }: AskingHabits = {},
): Promise<MirrorHttp> {
  // Loaded when it is first needed, as everywhere.
  const undici = await import('undici');
  const agent: Agent = new undici.Agent({
    connections: CONNECTIONS,
    ...(access.certificate === undefined
      ? {}
      : { connect: pinned(undici.buildConnector, access.certificate) }),
  });

  async function ask(
    method: 'GET' | 'HEAD',
    path: string,
    given: Headers,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const headers = {
      'user-agent': 'docker-mirror-update',
      ...(background ? { priority: 'u=7' } : {}),
      ...(access.authorization === undefined ? {} : { authorization: access.authorization }),
      ...given,
    };
    // Everything of an update listens to the same one, and that is no leak.
    setMaxListeners(0, signal);
    try {
      const told = watch?.(nsOf(path));
      // A HEAD would end the connection otherwise, for servers that send a body with it. The mirror is none.
      const answer = await agent.request({
        origin: access.origin,
        path,
        method,
        headers,
        signal,
        reset: false,
      });
      told?.({ status: answer.statusCode, header: (name) => headerOf(answer, name) });
      return answer;
    } catch (error) {
      throw asRequestError(error, signal);
    }
  }

  return {
    async head(path, headers, signal) {
      const answer = await ask('HEAD', path, headers, signal);
      await answer.body.dump();
      return { status: answer.statusCode, header: (name) => headerOf(answer, name) };
    },
    async get(path, headers, fine, signal) {
      const answer = await ask('GET', path, headers, signal);
      if (fine.includes(answer.statusCode)) return answer;
      const body = await readUpTo(answer, LARGEST_ERROR, signal);
      throw refusal(answer.statusCode, body.toString('utf8'), headerOf(answer, 'retry-after'));
    },
    close: () => agent.destroy(),
  };
}

function nsOf(path: string): string | undefined {
  return new URLSearchParams(path.slice(path.indexOf('?') + 1)).get('ns') ?? undefined;
}

/** The whole body of an answer. @throws MirrorRequestError when it is longer than so many bytes, or breaks off */
export async function readUpTo(
  answer: Dispatcher.ResponseData,
  most: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunksOf(answer, signal)) {
    length += chunk.length;
    if (length > most) throw broken(`an answer of more than ${most} bytes came`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body of an answer as it comes. @throws MirrorRequestError, or the signal's reason */
export async function* chunksOf(
  answer: Dispatcher.ResponseData,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* answer.body as AsyncIterable<Buffer>;
  } catch (error) {
    throw asRequestError(error, signal);
  }
}

/** The value of a header, the first one when it stands several times. */
export function headerOf({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The error for an answer that is not what it should be. */
export function broken(message: string): MirrorRequestError {
  return new MirrorRequestError(message, undefined, { retryable: true });
}

/** What went wrong with the connection; the signal's own reason when it was given up. */
function asRequestError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof MirrorRequestError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new MirrorRequestError(`the connection to the mirror failed: ${text}`, undefined, {
    retryable: true,
    cause: error,
  });
}

/** Connects, and goes on only when the other side has that very certificate. */
function pinned(build: typeof buildConnector, pem: string): buildConnector.connector {
  const own = new X509Certificate(pem).raw;
  // The names on it are those that clients use, and its authority may be nobody's: the comparison below decides.
  // A session that is taken up again shows no certificate, so none is kept.
  const connect = build({ rejectUnauthorized: false, maxCachedSessions: 0 });
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      const shown = (socket as TLSSocket).getPeerCertificate().raw as Buffer | undefined;
      if (shown?.equals(own) === true) return callback(null, socket);
      socket.destroy();
      callback(new Error('it shows another certificate than that of the mirror'), null);
    });
}

import { createHash, X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import { algorithmOf, type Digest, hexOf, isDigest } from '../oci/digest.js';
import { type Manifest, parseManifest } from '../oci/manifest.js';
import { MANIFEST_ACCEPT } from '../oci/media-type.js';
import { MirrorRequestError, refusal } from './mirror-errors.js';
import { type WireName, wirePath } from './wire-name.js';

/** A mirror that runs, and how to come in. */
export interface MirrorAccess {
  /** `http://127.0.0.1:5000` */
  readonly origin: string;
  /** The `Authorization` header; undefined: none. */
  readonly authorization: string | undefined;
  /** With TLS, the mirror's certificate (PEM): no other is trusted, whatever names are on it. */
  readonly certificate: string | undefined;
}

/** A manifest as the mirror gives it. */
export interface MirroredManifest {
  readonly digest: Digest;
  readonly manifest: Manifest;
  /** The mirror gives what it had, as the upstream could not be asked: the warn-code (RFC 7234 §5.5), 112 when it is told to be offline. */
  readonly stale: '110' | '111' | '112' | undefined;
}

/** What the nightly update asks of a mirror. Every method throws a MirrorRequestError, or the signal's reason. */
export interface MirrorClient {
  /** A manifest by tag or digest, checked against its digest. By tag the mirror asks the upstream, by HEAD, whether it is still the same. */
  manifest(name: WireName, reference: string, signal: AbortSignal): Promise<MirroredManifest>;
  /**
   * Whether the mirror holds a blob. One that it does not hold costs one HEAD upstream. No when it cannot say: an answer to HEAD has no
   * reason in it, and `fetchBlob` has.
   */
  holdsBlob(name: WireName, digest: Digest, signal: AbortSignal): Promise<boolean>;
  /** Has the mirror fetch a blob, and checks what comes. */
  fetchBlob(
    name: WireName,
    digest: Digest,
    onBytes: (count: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}

/** Bytes; the mirror takes no larger manifests. */
const LARGEST_MANIFEST = 8 * 1024 * 1024;
/** Bytes of an error document that are read. */
const LARGEST_ERROR = 64 * 1024;
const CONNECTIONS = 64;

/** Makes a client of a mirror. It connects when it is first used. */
export async function createMirrorClient(access: MirrorAccess): Promise<MirrorClient> {
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
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const headers = {
      accept: path.includes('/manifests/') ? MANIFEST_ACCEPT : '*/*',
      'user-agent': 'docker-mirror-update',
      ...(access.authorization === undefined ? {} : { authorization: access.authorization }),
    };
    try {
      return await agent.request({ origin: access.origin, path, method, headers, signal });
    } catch (error) {
      throw asRequestError(error, signal);
    }
  }

  async function get(path: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const answer = await ask('GET', path, signal);
    if (answer.statusCode === 200) return answer;
    const body = await readUpTo(answer, LARGEST_ERROR, signal);
    throw refusal(answer.statusCode, body.toString('utf8'), headerOf(answer, 'retry-after'));
  }

  return {
    async manifest(name, reference, signal) {
      const answer = await get(wirePath(name, 'manifests', reference), signal);
      const bytes = await readUpTo(answer, LARGEST_MANIFEST, signal);
      const stated = isDigest(reference) ? reference : headerOf(answer, 'docker-content-digest');
      if (stated === undefined || !isDigest(stated)) throw broken('the mirror says no digest');
      const hash = createHash(algorithmOf(stated)).update(bytes).digest('hex');
      if (hash !== hexOf(stated)) throw broken(`the manifest ${stated} came damaged`);
      const warning = /^(110|111|112) /.exec(headerOf(answer, 'warning') ?? '')?.[1];
      return { digest: stated, manifest: parseManifest(bytes), stale: warning as MirroredManifest['stale'] };
    },
    async holdsBlob(name, digest, signal) {
      const answer = await ask('HEAD', wirePath(name, 'blobs', digest), signal);
      await answer.body.dump();
      return (
        answer.statusCode === 200 && /^docker-mirror; *hit\b/.test(headerOf(answer, 'cache-status') ?? '')
      );
    },
    async fetchBlob(name, digest, onBytes, signal) {
      const { body } = await get(wirePath(name, 'blobs', digest), signal);
      const hash = createHash(algorithmOf(digest));
      try {
        for await (const chunk of body as AsyncIterable<Buffer>) {
          hash.update(chunk);
          onBytes(chunk.length);
        }
      } catch (error) {
        throw asRequestError(error, signal);
      }
      if (hash.digest('hex') !== hexOf(digest)) throw broken(`the blob ${digest} came damaged`);
    },
    close: () => agent.destroy(),
  };
}

async function readUpTo(answer: Dispatcher.ResponseData, most: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > most) throw broken(`an answer of more than ${most} bytes came`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw asRequestError(error, signal);
  }
  return Buffer.concat(chunks);
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function broken(message: string): MirrorRequestError {
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

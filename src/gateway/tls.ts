import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { errorCode, MirrorError } from '../errors.js';
import type { TlsConfig } from '../settings/engine-config.js';

/** The certificate, its key or the client authorities cannot be used. */
export class TlsError extends MirrorError {
  readonly code = 'TLS_INVALID';
}

/**
 * The options of an https server for `http.tls`: HTTP/1.1 only, TLS 1.2 or newer, and with `clientcas` only clients
 * that show a certificate of one of these authorities (as in Distribution).
 * @throws TlsError when a file is missing or wrong, or the key does not belong to the certificate
 */
export async function loadTlsOptions(tls: TlsConfig): Promise<ServerOptions> {
  const [cert, key, ...authorities] = await Promise.all(
    [tls.certificate, tls.key, ...tls.clientCAs].map(readPem),
  );
  for (const [index, path] of tls.clientCAs.entries()) checkCertificate(authorities[index] ?? '', path);
  checkCertificate(cert ?? '', tls.certificate);
  const context: SecureContextOptions = {
    cert,
    key,
    minVersion: tls.minimumTls,
    ...(authorities.length === 0 ? {} : { ca: authorities }),
    ...(tls.cipherSuites === undefined ? {} : { ciphers: [...TLS13_SUITES, ...tls.cipherSuites].join(':') }),
  };
  try {
    // A key file caught while it is being written is empty, which a context would take for "no key".
    createPrivateKey(key ?? '');
    createSecureContext(context);
  } catch (error) {
    throw new TlsError(
      `the key in ${tls.key} does not belong to the certificate in ${tls.certificate}, or is damaged`,
      {
        cause: error,
        hint: 'expected a PEM file without a pass phrase',
      },
    );
  }
  const asksClients = authorities.length > 0;
  return {
    ...context,
    ALPNProtocols: ['http/1.1'],
    requestCert: asksClients,
    rejectUnauthorized: asksClients,
  };
}

const TLS13_SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new TlsError(`${path} cannot be read (${errorCode(error)})`, { cause: error });
  }
}

function checkCertificate(pem: string, path: string): void {
  try {
    new X509Certificate(pem);
  } catch (error) {
    throw new TlsError(`${path} holds no certificate; expected a PEM file`, { cause: error });
  }
}

export interface TlsWatchOptions {
  /** Milliseconds between two looks at the files; 5,000 when absent. */
  readonly interval?: number;
  /** Told about files that have become missing or wrong; the last good ones stay in use. Told once for each change. */
  readonly onProblem: (error: Error) => void;
}

/** The files of `http.tls`, read, and to be read again when they change. */
export interface TlsFiles {
  readonly options: ServerOptions;
  /**
   * Calls `apply` with new options whenever the files have changed, so that a renewed certificate needs no restart.
   * Files are looked at rather than watched: renewal tools exchange links and folders, which watches do not survive.
   * @returns ends it
   */
  watch(options: TlsWatchOptions, apply: (options: ServerOptions) => void): () => void;
}

/**
 * Reads the files of `http.tls`.
 * @throws TlsError
 */
export async function openTlsFiles(tls: TlsConfig): Promise<TlsFiles> {
  const paths = [tls.certificate, tls.key, ...tls.clientCAs];
  // Taken before the files are read, so that a change in between is noticed.
  let stamp = await stampOf(paths);
  const options = await loadTlsOptions(tls);

  return {
    options,
    watch({ interval, onProblem }, apply) {
      let looking = false;
      async function look(): Promise<void> {
        const now = await stampOf(paths);
        if (now === stamp) return;
        stamp = now;
        apply(await loadTlsOptions(tls));
      }
      const timer = setInterval(() => {
        if (looking) return;
        looking = true;
        look()
          .catch((error: unknown) => onProblem(error instanceof Error ? error : new Error(String(error))))
          .finally(() => {
            looking = false;
          });
      }, interval ?? 5000);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

async function stampOf(paths: readonly string[]): Promise<string> {
  const stamps = paths.map(async (path) => {
    try {
      const { ino, size, mtimeMs, ctimeMs } = await stat(path);
      return [ino, size, mtimeMs, ctimeMs].join(':');
    } catch (error) {
      return errorCode(error) ?? 'unreadable';
    }
  });
  return (await Promise.all(stamps)).join(' ');
}

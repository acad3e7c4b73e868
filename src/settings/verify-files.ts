import { createPrivateKey, X509Certificate } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { errorCode } from '../errors.js';
import type { EngineConfig, TlsConfig } from './engine-config.js';

/** A file that the configuration names and that cannot be used. */
export interface FileProblem {
  /** The key that names it, such as `http.tls.key`. */
  readonly key: string;
  readonly path: string;
  /** What is wrong with it: the rest of a sentence that begins with the path. */
  readonly message: string;
}

/**
 * Looks at the files that a configuration names: the users, the certificates and the key, upstreams' authorities,
 * credentials and the list of images. All problems are returned, none is thrown. Relative paths are relative to the
 * working directory, as in Distribution.
 */
export async function verifyFiles(config: EngineConfig): Promise<FileProblem[]> {
  const { htpasswd, mirror, http } = config;
  const readable: [string, string | undefined][] = [
    ['auth.htpasswd.path', htpasswd?.path],
    ['mirror.credentials', mirror.credentials],
    ['mirror.images', mirror.images],
  ];
  const checks = [
    ...readable.map(([key, path]) => (path === undefined ? [] : checkReadable(key, path))),
    ...(http.tls === undefined ? [] : [checkTls(http.tls)]),
    ...config.upstreams.map(({ host, ca }) =>
      ca === undefined ? [] : checkCertificate(`ca of ${host}`, ca),
    ),
  ];
  return (await Promise.all(checks)).flat();
}

async function checkReadable(key: string, path: string): Promise<FileProblem[]> {
  try {
    await access(path, constants.R_OK);
    const facts = await stat(path);
    return facts.isDirectory() ? [{ key, path, message: 'is a folder; expected a file' }] : [];
  } catch (error) {
    return [{ key, path, message: whyUnreadable(error) }];
  }
}

async function checkTls(tls: TlsConfig): Promise<FileProblem[]> {
  const problems = [
    ...(await checkCertificate('http.tls.certificate', tls.certificate)),
    ...(await checkReadable('http.tls.key', tls.key)),
    ...(await Promise.all(tls.clientCAs.map((path) => checkCertificate('http.tls.clientcas', path)))).flat(),
  ];
  return problems.length > 0 ? problems : checkPair(tls);
}

async function checkCertificate(key: string, path: string): Promise<FileProblem[]> {
  const problems = await checkReadable(key, path);
  if (problems.length > 0) return problems;
  try {
    new X509Certificate(await readFile(path));
    return [];
  } catch {
    return [{ key, path, message: 'holds no certificate; expected a PEM file' }];
  }
}

async function checkPair({ certificate, key }: TlsConfig): Promise<FileProblem[]> {
  const problem = (message: string) => [{ key: 'http.tls.key', path: key, message }];
  let matches: boolean;
  try {
    matches = new X509Certificate(await readFile(certificate)).checkPrivateKey(
      createPrivateKey(await readFile(key)),
    );
  } catch {
    return problem('holds no private key; expected a PEM file without a pass phrase');
  }
  return matches ? [] : problem(`does not belong to the certificate in ${certificate}`);
}

function whyUnreadable(error: unknown): string {
  const code = errorCode(error) ?? 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'is not there';
  return code === 'EACCES' ? 'may not be read by this user' : `cannot be read (${code})`;
}
